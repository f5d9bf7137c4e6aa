import { SpanKind, type Attributes, type Span } from '@opentelemetry/api'
import { maskSecrets } from '#src/approvals/secrets.ts'
import type { Model, ModelAnswer, ModelRequest } from '#src/gateways/model/model.ts'
import { MOST_OUTPUT_TOKENS } from '#src/gateways/model/token-count.ts'
import { fail, inSpan } from './span.ts'

/**
 * The model with a span around each call, by OpenTelemetry's conventions for generative AI. What is asked and answered
 * is in it only where `withContent` says so, and then masked.
 */
export function tracedModel(model: Model, options: { readonly withContent: boolean }): Model {
  return {
    ...(model.asks ? { asks: model.asks } : {}),
    call: (request) =>
      inSpan(
        `chat ${model.asks?.model ?? 'unnamed'}`,
        { kind: SpanKind.CLIENT, attributes: requestAttributes(model, request, options) },
        async (span) => {
          const answer = await model.call(request)
          describeAnswer(span, answer, options)
          return answer
        },
      ),
  }
}

function requestAttributes(
  { asks }: Model,
  request: ModelRequest,
  { withContent }: { readonly withContent: boolean },
): Attributes {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': asks?.provider ?? 'unnamed',
    'gen_ai.request.model': asks?.model ?? 'unnamed',
    'gen_ai.request.max_tokens': MOST_OUTPUT_TOKENS,
    'gen_ai.output.type': 'json',
    'tollkeeper.prompt.name': request.prompt?.name ?? request.purpose,
    'tollkeeper.prompt.hash': request.prompt?.hash ?? '',
    'tollkeeper.is_repair': request.isRepair ?? false,
    ...(withContent
      ? {
          'gen_ai.system_instructions': text([{ type: 'text', content: request.system }]),
          'gen_ai.input.messages': text([message('user', request.user)]),
        }
      : {}),
  }
}

function describeAnswer(
  span: Span,
  answer: ModelAnswer,
  { withContent }: { readonly withContent: boolean },
): void {
  if (answer.kind === 'unavailable') return fail(span, errorType(answer.reason))
  const { usage } = answer
  span.setAttributes({
    'gen_ai.response.model': usage.model,
    'gen_ai.usage.input_tokens': usage.inputTokens,
    'gen_ai.usage.output_tokens': usage.outputTokens,
    'gen_ai.usage.cache_read.input_tokens': usage.cachedTokens ?? 0,
  })
  if (answer.kind === 'refusal') fail(span, 'refusal')
  if (withContent && answer.kind === 'answer')
    span.setAttribute('gen_ai.output.messages', text([message('assistant', answer.content)]))
}

/** "http 429 rate_limit" → "429"; else our own words as one. */
function errorType(reason: string): string {
  return /^http (\d+)/.exec(reason)?.[1] ?? reason.replaceAll(' ', '_')
}

function message(role: string, content: string) {
  return { role, parts: [{ type: 'text', content }] }
}

function text(value: unknown): string {
  return maskSecrets(JSON.stringify(value))
}
