import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { useAgent } from 'request-filtering-agent'

const PATIENCE_MILLISECONDS = 15_000
const MAX_ANSWER_BYTES = 1_000

/** What the receiver answered; `text` is cut. */
export interface WebhookAnswer {
  readonly status: number
  readonly text: string
}

export type PostWebhook = (
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
) => Promise<WebhookAnswer>

/**
 * POSTs to an address that a tenant chose. Private, loopback and link-local addresses are refused, also when DNS
 * leads there; redirects are answers like any other. (The global fetch would ignore the filtering agent.)
 */
export function webhookPoster(options: { allowPrivateAddresses?: boolean } = {}): PostWebhook {
  const allowPrivateIPAddress = options.allowPrivateAddresses ?? false
  return (url, body, headers) =>
    new Promise((resolve, reject) => {
      const target = new URL(url)
      const send = target.protocol === 'https:' ? requestHttps : requestHttp
      const outgoing = send(
        target,
        {
          method: 'POST',
          headers: { ...headers, 'Content-Length': String(Buffer.byteLength(body)) },
          agent: useAgent(url, { allowPrivateIPAddress }),
          signal: AbortSignal.timeout(PATIENCE_MILLISECONDS),
        },
        (answer) => {
          readAnswer(answer).then(resolve, reject)
        },
      )
      outgoing.on('error', reject)
      outgoing.end(body)
    })
}

async function readAnswer(answer: IncomingMessage): Promise<WebhookAnswer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= MAX_ANSWER_BYTES) break
  }
  answer.destroy()
  const text = Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8')
  return { status: answer.statusCode ?? 0, text: text.replaceAll('\u0000', '') }
}
