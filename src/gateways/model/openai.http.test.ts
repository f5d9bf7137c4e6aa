import { afterEach, describe, expect, it } from 'vitest'
import type { ModelRequest } from './model.ts'
import { openAiModel } from './openai.ts'
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

const servers: ScriptedServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

async function modelWith(script: (request: ScriptedRequest, call: number) => ScriptedReply) {
  const server = await startScriptedServer(script)
  servers.push(server)
  const model = openAiModel({
    apiKey: 'sk-test',
    baseUrl: server.url,
    model: 'scripted-1',
    timeoutMs: 400,
  })
  return { server, model }
}

describe('an OpenAI-compatible model', () => {
  it('asks for a strict schema and hands back the text, tokens and model', async () => {
    const { server, model } = await modelWith(() => ({ kind: 'json', value: { nextAgent: 'x' } }))
    const answer = await model.call(REQUEST)
    expect(answer).toMatchObject({
      kind: 'answer',
      content: '{"nextAgent":"x"}',
      usage: { model: 'scripted-1', inputTokens: 100, outputTokens: 20 },
    })
    expect(server.requests[0]?.response_format).toMatchObject({
      type: 'json_schema',
      json_schema: { name: 'decision', strict: true, schema: REQUEST.schema },
    })
  })

  it('hands back broken JSON as it came: the caller repairs', async () => {
    const { model } = await modelWith(() => ({ kind: 'text', value: '{"nextAgent": "x' }))
    expect(await model.call(REQUEST)).toMatchObject({ kind: 'answer', content: '{"nextAgent": "x' })
  })

  it('tells a refusal from an answer', async () => {
    const { model } = await modelWith(() => ({ kind: 'refusal', reason: 'no' }))
    expect(await model.call(REQUEST)).toMatchObject({ kind: 'refusal', reason: 'no' })
  })

  it.each([429, 500, 401, 400])('is unavailable on http %i, without a retry', async (status) => {
    const { server, model } = await modelWith(() => ({ kind: 'status', status }))
    expect(await model.call(REQUEST)).toEqual({ kind: 'unavailable', reason: `http ${status}` })
    expect(server.requests).toHaveLength(1)
  })

  it('gives up on a server that hangs', async () => {
    const { model } = await modelWith(() => ({ kind: 'hang' }))
    expect(await model.call(REQUEST)).toEqual({ kind: 'unavailable', reason: 'timeout' })
  })

  it('steps down from json_schema to json_object to text and remembers it', async () => {
    const { server, model } = await modelWith((request) =>
      request.response_format
        ? { kind: 'status', status: 400, body: '{"error":"response_format not supported"}' }
        : { kind: 'text', value: '{"nextAgent":"x"}' },
    )
    expect(await model.call(REQUEST)).toMatchObject({ kind: 'answer' })
    expect(server.requests.map((request) => request.response_format?.type)).toEqual([
      'json_schema',
      'json_object',
      undefined,
    ])
    expect(server.requests[2]?.messages[0]?.content).toContain('"nextAgent"')
    await model.call(REQUEST)
    expect(server.requests).toHaveLength(4)
  })

  it('stops calling after five failures in a row', async () => {
    const { server, model } = await modelWith(() => ({ kind: 'status', status: 500 }))
    for (let call = 0; call < 5; call += 1) await model.call(REQUEST)
    expect(await model.call(REQUEST)).toEqual({ kind: 'unavailable', reason: 'circuit open' })
    expect(server.requests).toHaveLength(5)
  })
})
