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

/**
 * Posts one chat completion and reads the whole answer. The signal is the deadline of all of it, slow bodies included.
 * @throws the signal's reason when it fires; nothing else
 */
export async function postChat(
  target: { readonly baseUrl: string; readonly apiKey: string },
  body: string,
  signal: AbortSignal,
): Promise<Exchange> {
  let response: Response
  try {
    response = await fetch(`${target.baseUrl.replace(/\/+$/, '')}/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        authorization: `Bearer ${target.apiKey}`,
      },
      body,
      signal,
      // A key is for the server it was given for.
      redirect: 'manual',
    })
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
