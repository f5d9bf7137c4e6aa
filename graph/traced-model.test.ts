import { trace } from '@opentelemetry/api'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { Model, ModelAnswer, ModelRequest } from '#src/gateways/model/model.ts'
import { inSpan } from './span.ts'
import { tracedModel } from './traced-model.ts'

const exporter = new InMemorySpanExporter()
beforeAll(() => {
  const spanProcessors = [new SimpleSpanProcessor({ exporter })]
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors }))
})
afterEach(() => exporter.reset())
afterAll(() => trace.disable())

const REQUEST: ModelRequest = {
  purpose: 'supervisor',
  system: 'You route.',
  user: '{"text":"my card is 4242 4242 4242 4242, my dog is Rex"}',
  schemaName: 'decision',
  schema: {},
  prompt: { name: 'supervisor', version: '1', hash: 'abc' },
}
const USAGE = {
  provider: 'openai',
  model: 'gpt-x-2026',
  inputTokens: 120,
  outputTokens: 7,
  cachedTokens: 100,
  latencyMs: 5,
}
const answering = (answer: ModelAnswer): Model => ({
  asks: { provider: 'openai', model: 'gpt-x' },
  call: () => Promise.resolve(answer),
})
const spanOf = async (answer: ModelAnswer, withContent = false) => {
  await tracedModel(answering(answer), { withContent }).call(REQUEST)
  const [span] = exporter.getFinishedSpans()
  if (!span) throw new Error('no span')
  return span
}

it('tells a call by the conventions, and nothing of what was said', async () => {
  const span = await spanOf({ kind: 'answer', content: '{"nextAgent":"x"}', usage: USAGE })
  expect(span.name).toBe('chat gpt-x')
  expect(span.attributes).toEqual({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-x',
    'gen_ai.request.max_tokens': 8_000,
    'gen_ai.output.type': 'json',
    'gen_ai.response.model': 'gpt-x-2026',
    'gen_ai.usage.input_tokens': 120,
    'gen_ai.usage.output_tokens': 7,
    'gen_ai.usage.cache_read.input_tokens': 100,
    'tollkeeper.prompt.name': 'supervisor',
    'tollkeeper.prompt.hash': 'abc',
    'tollkeeper.is_repair': false,
  })
})

it('tells what was said where that is asked for, without card numbers', async () => {
  const content = '{"reasoning":"the dog is called Rex, key sk-proj-a1b2c3d4e5f6g7h8"}'
  const span = await spanOf({ kind: 'answer', content, usage: USAGE }, true)
  const said = JSON.stringify(span.attributes)
  expect(said).toContain('my dog is Rex')
  expect(said).toContain('the dog is called Rex')
  expect(said).toContain('You route.')
  expect(said).not.toMatch(/4242|sk-proj/)
})

it.each<[string, ModelAnswer]>([
  ['429', { kind: 'unavailable', reason: 'http 429 rate_limit_exceeded' }],
  ['timeout', { kind: 'unavailable', reason: 'timeout' }],
  ['circuit_open', { kind: 'unavailable', reason: 'circuit open' }],
  ['refusal', { kind: 'refusal', reason: 'no', usage: USAGE }],
])('names a failure: %s', async (type, answer) => {
  const span = await spanOf(answer)
  expect(span.attributes['error.type']).toBe(type)
  expect(span.status.code).toBe(2)
})

it('passes an error on and names its class, never its message', async () => {
  const work = () => Promise.reject(new RangeError('Ada Lovelace'))
  await expect(inSpan('work', { attributes: {} }, work)).rejects.toThrow('Ada')
  const [span] = exporter.getFinishedSpans()
  expect(span?.attributes).toEqual({ 'error.type': 'RangeError' })
  expect(JSON.stringify([span?.status, span?.events])).not.toContain('Ada')
})
