import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ModelRequest } from './model.ts'
import { openAiModel, type OpenAiOptions } from './openai.ts'
import {
  startScriptedServer,
  type ScriptedReply,
  type ScriptedRequest,
  type ScriptedServer,
} from './testing/scripted-server.ts'

const REQUEST: ModelRequest = {
  purpose: 'test',
  system: 'You route.',
  user: '{}',
  schemaName: 'decision',
  schema: {
    type: 'object',
    properties: { nextAgent: { type: 'string' } },
    required: ['nextAgent'],
    additionalProperties: false,
  },
}
const KEY = 'sk-proj-Zy8wq2kd9fL3mXv0'
/** Far beyond what any of these answers takes; cases that must run into it name their own. */
const AMPLE_MS = 30_000

const servers: ScriptedServer[] = []
afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function modelWith(
  script: (request: ScriptedRequest, call: number) => ScriptedReply,
  options: Partial<OpenAiOptions> = {},
) {
  const server = await startScriptedServer(script)
  servers.push(server)
  const waited: number[] = []
  const model = openAiModel({
    apiKey: KEY,
    baseUrl: server.url,
    model: 'scripted-1',
    timeoutMs: AMPLE_MS,
    random: () => 0.5,
    wait: (ms) => {
      waited.push(ms)
      return Promise.resolve()
    },
    ...options,
  })
  return { server, model, waited }
}

const ANSWER: ScriptedReply = { kind: 'json', value: { nextAgent: 'x' } }
const says = (message: Record<string, unknown>, more: object = {}): ScriptedReply => ({
  kind: 'completion',
  message,
  ...more,
})
const status = (code: number, body?: string, headers?: Record<string, string>): ScriptedReply => ({
  kind: 'status',
  status: code,
  ...(body === undefined ? {} : { body }),
  ...(headers === undefined ? {} : { headers }),
})

describe('an OpenAI-compatible model', () => {
  it('asks for a strict schema and hands back the text, tokens and model', async () => {
    const { server, model } = await modelWith(() =>
      says(
        { content: '{"nextAgent":"x"}' },
        {
          change: {
            usage: {
              prompt_tokens: 100,
              completion_tokens: 20,
              prompt_tokens_details: { cached_tokens: 64 },
            },
          },
        },
      ),
    )
    const answer = await model.call(REQUEST)
    expect(answer).toMatchObject({
      kind: 'answer',
      content: '{"nextAgent":"x"}',
      usage: {
        provider: new URL(server.url).host,
        model: 'scripted-1',
        inputTokens: 100,
        outputTokens: 20,
        cachedTokens: 64,
        mode: 'json_schema',
      },
    })
    expect(server.requests[0]).toMatchObject({ temperature: 0, max_tokens: 8_000 })
    expect(server.requests[0]?.response_format).toMatchObject({
      type: 'json_schema',
      json_schema: { name: 'decision', strict: true, schema: REQUEST.schema },
    })
  })

  const failures: [string, ScriptedReply, string, number][] = [
    ['400 of another kind', status(400), 'http 400', 1],
    [
      '401 that quotes the key',
      status(401, `{"error":{"message":"Incorrect key ${KEY}","code":"invalid_api_key"}}`),
      'http 401 invalid_api_key',
      1,
    ],
    ['403', status(403), 'http 403', 1],
    [
      '404 for the model',
      status(404, '{"error":{"type":"invalid_request_error","code":"model_not_found"}}'),
      'http 404 model_not_found',
      1,
    ],
    ['408', status(408), 'http 408', 3],
    ['409', status(409), 'http 409', 3],
    ['413', status(413), 'http 413 too long', 1],
    [
      'a context too long, though it speaks of max_tokens',
      status(400, '{"message":"maximum context length is 8192; lower max_tokens"}'),
      'http 400 too long',
      1,
    ],
    ['422', status(422), 'http 422', 1],
    ['429', status(429), 'http 429', 3],
    [
      '429 with the quota spent',
      status(429, '{"error":{"code":"insufficient_quota"}}'),
      'http 429 insufficient_quota',
      1,
    ],
    ['500', status(500), 'http 500', 3],
    ['502 in HTML', status(502, '<html>Bad gateway</html>'), 'http 502', 3],
    ['503', status(503), 'http 503', 3],
    ['529', status(529), 'http 529', 3],
    ['a redirect', status(302, '', { location: 'http://127.0.0.1:1/' }), 'http 302', 1],
    ['a connection gone in mid answer', { kind: 'reset' }, 'cut off', 3],
    ['what is no HTTP', { kind: 'garbage' }, 'unreachable', 3],
    ['an empty body', { kind: 'body', body: '' }, 'unreadable answer', 1],
    ['half a JSON', { kind: 'body', body: '{"choices":[{"mess' }, 'unreadable answer', 1],
    ['HTML', { kind: 'body', body: '<p>ok', contentType: 'text/html' }, 'unreadable answer', 1],
    ['a stream', { kind: 'body', body: 'data: {"choices":[]}\n\n' }, 'unreadable answer', 1],
    ['no choices', { kind: 'body', body: '{"choices":[]}' }, 'unreadable answer', 1],
    ['null', { kind: 'body', body: 'null' }, 'unreadable answer', 1],
    ['a body of 3 MB', { kind: 'body', body: ' '.repeat(3_000_000) }, 'too large', 1],
  ]
  it.each(failures)('is unavailable on %s', async (_title, reply, reason, calls) => {
    const { server, model } = await modelWith(() => reply)
    const answer = await model.call(REQUEST)
    expect(answer).toEqual({ kind: 'unavailable', reason })
    expect(server.requests).toHaveLength(calls)
    expect(JSON.stringify(answer)).not.toContain(KEY)
  })

  it('is unavailable where nobody listens', async () => {
    const { server, model } = await modelWith(() => ANSWER)
    await server.close()
    expect(await model.call(REQUEST)).toEqual({ kind: 'unavailable', reason: 'unreachable' })
  })

  const slow: [string, ScriptedReply][] = [
    ['hangs', { kind: 'hang' }],
    ['drips its answer', { kind: 'drip' }],
  ]
  it.each(slow)('gives up on a server that %s', async (_title, reply) => {
    const { model } = await modelWith(() => reply, { timeoutMs: 150 })
    expect(await model.call(REQUEST)).toEqual({ kind: 'unavailable', reason: 'timeout' })
  })

  const answers: [string, ScriptedReply, object][] = [
    ['broken JSON', { kind: 'text', value: '{"nextAgent": "x' }, { content: '{"nextAgent": "x' }],
    [
      'one that was cut off',
      says({ content: '{"a":' }, { finish: 'length' }),
      { content: '{"a":' },
    ],
    ['nothing', says({ content: null }), { content: '' }],
    ['a message without content', says({}), { content: '' }],
    [
      'a tool call',
      says({ content: null, tool_calls: [{ function: { name: 'f', arguments: '{"a":1}' } }] }),
      { content: '' },
    ],
    [
      'content in parts',
      says({
        content: [
          { type: 'text', text: '{"a"' },
          { type: 'text', text: ':1}' },
        ],
      }),
      { content: '{"a":1}' },
    ],
    [
      'reasoning beside the content',
      says({ content: '{"a":1}', reasoning_content: '{"nextAgent":"y"}' }),
      { content: '{"a":1}' },
    ],
    [
      'JSON with the wrong content type',
      {
        kind: 'body',
        body: '{"choices":[{"message":{"content":"{}"}}]}',
        contentType: 'text/plain',
      },
      { content: '{}', usage: { model: 'scripted-1' } },
    ],
    [
      'another model than asked for',
      says({ content: '{}' }, { change: { model: 'other-2' } }),
      { usage: { model: 'other-2' } },
    ],
    [
      'a refusal',
      { kind: 'refusal', reason: 'no' },
      { kind: 'refusal', reason: 'no', usage: { inputTokens: 100 } },
    ],
    [
      'a filtered answer',
      says({ content: '{"nextAgent":"x"}' }, { finish: 'content_filter' }),
      { kind: 'refusal', reason: 'content_filter' },
    ],
  ]
  it.each(answers)('hands back %s as what it is', async (_title, reply, expected) => {
    const { server, model } = await modelWith(() => reply)
    expect(await model.call(REQUEST)).toMatchObject({ kind: 'answer', ...expected })
    expect(server.requests).toHaveLength(1)
  })

  it.each([
    ['says nothing', undefined],
    ['counts nothing', { prompt_tokens: 0, completion_tokens: 0 }],
    ['counts below nothing', { prompt_tokens: -5, completion_tokens: 2 }],
    ['counts more than was sent', { prompt_tokens: 9_000_000, completion_tokens: 2 }],
    ['counts in words', { prompt_tokens: 'many', completion_tokens: 2 }],
  ])('estimates tokens where the server %s', async (_title, usage) => {
    const { model } = await modelWith(() =>
      says({ content: '{"nextAgent":"x"}' }, { change: { usage } }),
    )
    const answer = await model.call(REQUEST)
    if (answer.kind !== 'answer') throw new Error('no answer')
    expect(answer.usage.isEstimated).toBe(true)
    expect(answer.usage.inputTokens).toBeGreaterThan(50)
    expect(answer.usage.inputTokens).toBeLessThan(1_000)
    expect(answer.usage.outputTokens).toBe(6)
  })
})

describe('what a server understands', () => {
  const dialects: [string, string, number][] = [
    [
      'OpenAI',
      `{"error":{"message":"Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.","param":"response_format"}}`,
      400,
    ],
    [
      'FastAPI',
      `{"detail":[{"loc":["body","response_format","type"],"msg":"extra fields not permitted"}]}`,
      422,
    ],
    ['a grammar compiler', '{"error":{"code":500,"message":"Failed to parse grammar"}}', 500],
  ]
  it.each(dialects)('steps down by what %s says, and remembers', async (_title, body, code) => {
    const { server, model } = await modelWith((request) =>
      request.response_format ? status(code, body) : { kind: 'text', value: '{"nextAgent":"x"}' },
    )
    expect(await model.call(REQUEST)).toMatchObject({ kind: 'answer', usage: { mode: 'text' } })
    expect(server.requests.map((request) => request.response_format?.type)).toEqual([
      'json_schema',
      'json_object',
      undefined,
    ])
    expect(server.requests[2]?.messages[0]?.content).toContain('"nextAgent"')
    await model.call(REQUEST)
    expect(server.requests).toHaveLength(4)
  })

  it('leaves out what a model does not take', async () => {
    const { server, model } = await modelWith((request) => {
      if (request.temperature !== undefined)
        return status(400, `{"error":{"message":"'temperature' does not support 0"}}`)
      if (request.max_tokens !== undefined)
        return status(400, `{"error":{"message":"'max_tokens' is not supported"}}`)
      return ANSWER
    })
    await model.call(REQUEST)
    expect(await model.call(REQUEST)).toMatchObject({ kind: 'answer' })
    expect(server.requests.at(-1)).toMatchObject({ max_completion_tokens: 8_000 })
    expect(server.requests.at(-1)).not.toHaveProperty('temperature')
    expect(server.requests).toHaveLength(4)
  })

  it('keeps no weaker way of asking that brought no answer either', async () => {
    const { server, model } = await modelWith((_request, call) =>
      call <= 3 ? status(400, 'response_format: json_schema') : ANSWER,
    )
    expect(await model.call(REQUEST)).toEqual({ kind: 'unavailable', reason: 'http 400' })
    await model.call(REQUEST)
    expect(server.requests.at(-1)?.response_format?.type).toBe('json_schema')
  })
})

describe('a server in trouble', () => {
  it('is asked again after a while, longer each time', async () => {
    const { model, waited } = await modelWith((_request, call) => (call < 3 ? status(503) : ANSWER))
    expect(await model.call(REQUEST)).toMatchObject({ kind: 'answer' })
    expect(waited).toEqual([300, 600])
  })

  const at = (text: string) => new Date(text).toUTCString()
  it.each([
    ['seconds', { 'retry-after': '7' }],
    [
      'a date by its own clock',
      { 'retry-after': at('2031-01-01T00:00:07Z'), date: at('2031-01-01T00:00:00Z') },
    ],
  ])('is left alone as long as it asks, in %s', async (_title, headers) => {
    const { model, waited } = await modelWith((_request, call) =>
      call === 1 ? status(429, '{}', headers) : ANSWER,
    )
    expect(await model.call(REQUEST)).toMatchObject({ kind: 'answer' })
    expect(waited).toEqual([7_000])
  })

  it('is not waited for beyond the deadline, nor asked meanwhile', async () => {
    const { server, model, waited } = await modelWith(() =>
      status(429, '{}', { 'retry-after': '120' }),
    )
    expect(await model.call(REQUEST)).toEqual({ kind: 'unavailable', reason: 'http 429' })
    expect(await model.call(REQUEST)).toEqual({ kind: 'unavailable', reason: 'asked to wait' })
    expect(server.requests).toHaveLength(1)
    expect(waited).toEqual([])
  })

  it('is not called after five failures in a row, then by exactly one', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    let release: (reply: ScriptedReply) => void = () => {}
    const until = new Promise<ScriptedReply>((resolve) => {
      release = resolve
    })
    const { server, model } = await modelWith((_request, call) =>
      call <= 5 ? status(401) : call === 6 ? { kind: 'later', until } : ANSWER,
    )
    for (let call = 0; call < 5; call += 1) await model.call(REQUEST)
    expect(await model.call(REQUEST)).toEqual({ kind: 'unavailable', reason: 'circuit open' })
    expect(server.requests).toHaveLength(5)
    vi.setSystemTime(Date.now() + 31_000)
    const probe = model.call(REQUEST)
    const others = [model.call(REQUEST), model.call(REQUEST)]
    await vi.waitFor(() => expect(server.requests).toHaveLength(6))
    release(status(401))
    expect(await probe).toEqual({ kind: 'unavailable', reason: 'http 401' })
    for (const other of others) expect(await other).toMatchObject({ reason: 'circuit open' })
    expect(server.requests).toHaveLength(6)
  })

  it('stays in use however many requests were bad themselves', async () => {
    const { server, model } = await modelWith(() => status(413))
    for (let call = 0; call < 7; call += 1) await model.call(REQUEST)
    expect(server.requests).toHaveLength(7)
  })

  it('gets so many calls at once, so many wait, the rest is turned away', async () => {
    let release: (reply: ScriptedReply) => void = () => {}
    const until = new Promise<ScriptedReply>((resolve) => {
      release = resolve
    })
    const { server, model } = await modelWith(() => ({ kind: 'later', until }), {
      concurrentCalls: 2,
      waitingCalls: 1,
    })
    const calls = Array.from({ length: 3 }, () => model.call(REQUEST))
    expect(await model.call(REQUEST)).toEqual({ kind: 'unavailable', reason: 'too many calls' })
    await vi.waitFor(() => expect(server.requests).toHaveLength(2))
    release(ANSWER)
    for (const call of calls) expect(await call).toMatchObject({ kind: 'answer' })
    expect(server.requests).toHaveLength(3)
  })

  it('keeps nobody waiting for a place beyond the deadline', async () => {
    const { server, model } = await modelWith(() => ({ kind: 'hang' }), {
      concurrentCalls: 1,
      timeoutMs: 150,
    })
    const calls = [model.call(REQUEST), model.call(REQUEST)]
    for (const call of calls) expect(await call).toMatchObject({ reason: 'timeout' })
    expect(server.requests).toHaveLength(1)
  })
})
