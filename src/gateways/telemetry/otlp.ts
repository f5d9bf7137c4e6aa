import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'

/**
 * Sends spans to an OpenTelemetry collector over OTLP/HTTP, in batches and never in anybody's way. `endpoint` is the
 * collector's base address; `OTEL_EXPORTER_OTLP_HEADERS` is read by the exporter itself. Loaded only where it is set.
 */
export function startTelemetry(endpoint: string): { close(): Promise<void> } {
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` })
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'tollkeeper' }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(provider)
  return {
    // What could not be handed over any more is lost: telemetry holds nothing up.
    close: () => provider.shutdown().catch(() => {}),
  }
}
