import {
  SpanStatusCode,
  trace,
  type Attributes,
  type Span,
  type SpanKind,
} from '@opentelemetry/api'

/** Does the work in a span; an error that leaves it is named by its class alone, for messages may quote a customer. */
export function inSpan<Result>(
  name: string,
  options: { readonly attributes: Attributes; readonly kind?: SpanKind },
  work: (span: Span) => Promise<Result>,
): Promise<Result> {
  return trace.getTracer('tollkeeper').startActiveSpan(name, options, async (span) => {
    try {
      return await work(span)
    } catch (error) {
      fail(span, error instanceof Error ? error.name : 'error')
      throw error
    } finally {
      span.end()
    }
  })
}

/** Marks the span as failed. */
export function fail(span: Span, type: string): void {
  span.setAttribute('error.type', type)
  span.setStatus({ code: SpanStatusCode.ERROR })
}
