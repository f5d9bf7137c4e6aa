import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the server does with one call. `json` and `text` become the answer's content. */
export type ScriptedReply =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'refusal'; readonly reason: string }
  | {
      readonly kind: 'status'
      readonly status: number
      readonly body?: string
      readonly headers?: Readonly<Record<string, string>>
    }
  /** A completion with parts of its own in place of the usual ones. */
  | {
      readonly kind: 'completion'
      readonly message: Readonly<Record<string, unknown>>
      readonly finish?: string
      readonly change?: Readonly<Record<string, unknown>>
    }
  /** These bytes as the body of a 200. */
  | { readonly kind: 'body'; readonly body: string; readonly contentType?: string }
  /** Half an answer, then the connection is gone. */
  | { readonly kind: 'reset' }
  /** Something that is no HTTP. */
  | { readonly kind: 'garbage' }
  /** A byte now and then, for ever. */
  | { readonly kind: 'drip' }
  /** The caller answers, when it wants to. */
  | { readonly kind: 'later'; readonly until: Promise<ScriptedReply> }
  | { readonly kind: 'hang' }

/** The parts of a chat-completions request that scripts look at. */
export interface ScriptedRequest {
  readonly model: string
  readonly messages: readonly { readonly role: string; readonly content: string }[]
  readonly temperature?: number
  readonly max_tokens?: number
  readonly max_completion_tokens?: number
  readonly response_format?: {
    readonly type: string
    readonly json_schema?: { readonly name: string; readonly schema: Record<string, unknown> }
  }
}

export interface ScriptedServer {
  readonly url: string
  readonly requests: readonly ScriptedRequest[]
  /** The same as they came over the wire. */
  readonly bodies: readonly string[]
  close(): Promise<void>
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks).toString('utf8')
}

function messageOf(reply: ScriptedReply): Readonly<Record<string, unknown>> {
  if (reply.kind === 'completion') return reply.message
  if (reply.kind === 'refusal') return { content: null, refusal: reply.reason }
  if (reply.kind === 'text') return { content: reply.value, refusal: null }
  return { content: reply.kind === 'json' ? JSON.stringify(reply.value) : '', refusal: null }
}

function completionOf(reply: ScriptedReply): Record<string, unknown> {
  const finish = reply.kind === 'completion' ? (reply.finish ?? 'stop') : 'stop'
  const message = { role: 'assistant', ...messageOf(reply) }
  return {
    id: 'chatcmpl-scripted',
    object: 'chat.completion',
    model: 'scripted-1',
    choices: [{ index: 0, finish_reason: finish, message }],
    usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
    ...(reply.kind === 'completion' ? reply.change : {}),
  }
}

const DRIP_EVERY_MS = 20

async function give(reply: ScriptedReply, response: ServerResponse): Promise<void> {
  switch (reply.kind) {
    case 'hang':
      return
    case 'later':
      return give(await reply.until, response)
    case 'garbage':
      response.socket?.end('SSH-2.0-OpenSSH_9.2\r\n')
      return
    case 'reset':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' })
      response.write('{"choices":[{"message":', () => response.destroy())
      return
    case 'drip': {
      response.writeHead(200, { 'content-type': 'application/json' })
      const timer = setInterval(() => response.write(' '), DRIP_EVERY_MS)
      response.on('close', () => clearInterval(timer))
      return
    }
    case 'body':
      response.writeHead(200, { 'content-type': reply.contentType ?? 'application/json' })
      response.end(reply.body)
      return
    case 'status':
      response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
      response.end(reply.body ?? JSON.stringify({ error: { message: 'scripted' } }))
      return
    case 'json':
    case 'text':
    case 'refusal':
    case 'completion':
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(completionOf(reply)))
  }
}

/** An OpenAI-protocol server over real HTTP whose answers a test writes, call by call. */
export async function startScriptedServer(
  script: (request: ScriptedRequest, call: number) => ScriptedReply,
): Promise<ScriptedServer> {
  const requests: ScriptedRequest[] = []
  const bodies: string[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request)
    const parsed = JSON.parse(body) as ScriptedRequest
    bodies.push(body)
    requests.push(parsed)
    await give(script(parsed, requests.length), response)
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    bodies,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
