import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the server does with one call. `json` and `text` become the answer's content. */
export type ScriptedReply =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'refusal'; readonly reason: string }
  | { readonly kind: 'status'; readonly status: number; readonly body?: string }
  | { readonly kind: 'hang' }

/** The parts of a chat-completions request that scripts look at. */
export interface ScriptedRequest {
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly response_format?: {
    readonly type: string
    readonly json_schema?: { readonly name: string; readonly schema: Record<string, unknown> }
  }
}

export interface ScriptedServer {
  readonly url: string
  readonly requests: readonly ScriptedRequest[]
  close(): Promise<void>
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks).toString('utf8')
}

function messageOf(reply: ScriptedReply): { content: string | null; refusal: string | null } {
  if (reply.kind === 'refusal') return { content: null, refusal: reply.reason }
  if (reply.kind === 'text') return { content: reply.value, refusal: null }
  return { content: reply.kind === 'json' ? JSON.stringify(reply.value) : '', refusal: null }
}

function completionOf(reply: ScriptedReply) {
  return {
    id: 'chatcmpl-scripted',
    object: 'chat.completion',
    model: 'scripted-1',
    choices: [
      { index: 0, finish_reason: 'stop', message: { role: 'assistant', ...messageOf(reply) } },
    ],
    usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
  }
}

/** An OpenAI-protocol server over real HTTP whose answers a test writes, call by call. */
export async function startScriptedServer(
  script: (request: ScriptedRequest, call: number) => ScriptedReply,
): Promise<ScriptedServer> {
  const requests: ScriptedRequest[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const parsed = JSON.parse(await bodyOf(request)) as ScriptedRequest
    requests.push(parsed)
    const reply = script(parsed, requests.length)
    if (reply.kind === 'hang') return
    response.setHeader('content-type', 'application/json')
    response.statusCode = reply.kind === 'status' ? reply.status : 200
    const error = { error: { message: 'scripted' } }
    response.end(
      reply.kind === 'status'
        ? (reply.body ?? JSON.stringify(error))
        : JSON.stringify(completionOf(reply)),
    )
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
