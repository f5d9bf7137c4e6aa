import { Agent, request } from 'node:http'

/** One request of a load: where to and what. */
export interface LoadRequest {
  readonly path: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * Sends every request over real sockets, `connections` at a time, and answers how many seconds all of it took.
 * @throws when any answer is not 2xx: a refused load measures nothing.
 */
export async function sendAll(
  url: string,
  requests: readonly LoadRequest[],
  options: { connections: number; headers: Readonly<Record<string, string>> },
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections })
  const queue = requests.values()
  const started = performance.now()
  const worker = async () => {
    for (const one of queue)
      await send(agent, url, { ...one, headers: { ...options.headers, ...one.headers } })
  }
  try {
    await Promise.all(Array.from({ length: options.connections }, worker))
  } finally {
    agent.destroy()
  }
  return (performance.now() - started) / 1000
}

function send(agent: Agent, url: string, { path, body, headers }: LoadRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(path, url),
      {
        agent,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          ...headers,
        },
      },
      (answer) => {
        const status = answer.statusCode ?? 0
        answer.resume()
        answer.once('end', () => {
          if (status >= 200 && status < 300) resolve()
          else reject(new Error(`${path} answered ${status}`))
        })
      },
    )
    sent.once('error', reject)
    sent.end(body)
  })
}
