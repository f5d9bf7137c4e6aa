import { HumanMessage, SystemMessage } from '@langchain/core/messages'
import { ChatOpenAI } from '@langchain/openai'

/** What came over the wire; a body is there whole or not at all. */
export type Exchange =
  | {
      readonly kind: 'response'
      readonly status: number
      readonly body: string
      /** As sent: seconds or a date. */
      readonly retryAfter: string | null
      /** The server's own clock, which its dates are measured by. */
      readonly date: string | null
    }
  | { readonly kind: 'no_response'; readonly why: 'unreachable' | 'cut_off' | 'too_large' }

/** An answer to one question is some kilobytes; more is a server out of its mind. */
const LARGEST_BODY_BYTES = 2_000_000

/** What one chat completion is asked with. */
export interface ChatRequest {
  readonly baseUrl: string
  readonly apiKey: string
  readonly model: string
  readonly system: string
  readonly user: string
  readonly temperature: number | undefined
  /** What else goes into the body: the answer's format and its length. */
  readonly parameters: Readonly<Record<string, unknown>>
}

/** What went over the wire and what came back. */
export interface Posted {
  readonly sent: string
  readonly exchange: Exchange
}

/**
 * Posts one chat completion through ChatOpenAI and reads the whole answer. The client's own reading is not used: it drops
 * what a server said where it cannot parse it, and that is ours to judge. The signal is the deadline of all of it, slow
 * bodies included.
 * @throws the signal's reason when it fires; nothing else
 */
export async function postChat(request: ChatRequest, signal: AbortSignal): Promise<Posted> {
  let posted: Posted | null = null
  const chat = new ChatOpenAI({
    model: request.model,
    apiKey: request.apiKey,
    ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
    maxRetries: 0,
    useResponsesApi: false,
    configuration: {
      baseURL: request.baseUrl.replace(/\/+$/, ''),
      fetch: async (url: string | URL | Request, init?: RequestInit) => {
        const sent = withParameters(init?.body, request.parameters)
        const exchange = await exchangeOf(url, { ...init, body: sent }, signal)
        posted = { sent, exchange }
        return responseOf(exchange)
      },
    },
  })
  await chat
    .invoke([new SystemMessage(request.system), new HumanMessage(request.user)], { signal })
    .catch(() => null)
  signal.throwIfAborted()
  return posted ?? { sent: '', exchange: { kind: 'no_response', why: 'unreachable' } }
}

/** The client chooses some parameters by a model's name, which says nothing of a server that is not OpenAI's. */
function withParameters(body: unknown, parameters: ChatRequest['parameters']): string {
  const chosen = JSON.parse(typeof body === 'string' ? body : '{}') as Record<string, unknown>
  return JSON.stringify({ ...parameters, ...chosen })
}

async function exchangeOf(
  url: string | URL | Request,
  init: RequestInit,
  signal: AbortSignal,
): Promise<Exchange> {
  let response: Response
  try {
    // A key is for the server it was given for.
    response = await fetch(url, { ...init, signal, redirect: 'manual' })
  } catch {
    signal.throwIfAborted()
    return { kind: 'no_response', why: 'unreachable' }
  }
  try {
    const text = await readBounded(response)
    if (text === null) return { kind: 'no_response', why: 'too_large' }
    return {
      kind: 'response',
      status: response.status,
      body: text,
      retryAfter: response.headers.get('retry-after'),
      date: response.headers.get('date'),
    }
  } catch {
    signal.throwIfAborted()
    return { kind: 'no_response', why: 'cut_off' }
  }
}

/** For the client, which has nothing more to find out. */
function responseOf(exchange: Exchange): Response {
  const headers = { 'content-type': 'application/json' }
  return exchange.kind === 'response' && exchange.status >= 200 && exchange.status !== 204
    ? new Response(exchange.body, { status: exchange.status, headers })
    : new Response('{}', { status: 500, headers })
}

/** The body as text; null when it is larger than anything we asked for. */
async function readBounded(response: Response): Promise<string | null> {
  if (!response.body) return ''
  const decoder = new TextDecoder()
  let text = ''
  let bytes = 0
  for await (const chunk of response.body) {
    bytes += chunk.byteLength
    // Leaving the loop cancels the stream, and with it the connection.
    if (bytes > LARGEST_BODY_BYTES) return null
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
