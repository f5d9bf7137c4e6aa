import { setTimeout as pause } from 'node:timers/promises'

/** A call to the product's own HTTP API, as any program outside would make it. */
export interface ApiClient {
  get<Answer>(path: string): Promise<Answer>
  post<Answer>(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>
  /** Text bodies: pricing YAML, a bank statement, a raw mail. */
  postText<Answer>(
    path: string,
    text: string,
    contentType: string,
    headers?: Record<string, string>,
  ): Promise<Answer>
  /** All rows of a paginated list. */
  list<Row>(path: string): Promise<Row[]>
}

const IN_FLIGHT_PAUSE_MS = 500
/** Longer than the API keeps a request of a killed process in flight. */
const IN_FLIGHT_TRIES = 150

/** The answer; while an earlier request under the same Idempotency-Key is still in flight it waits and asks again. */
async function answered(ask: () => Promise<Response>): Promise<readonly [Response, string]> {
  for (let tries = 1; ; tries += 1) {
    const response = await ask()
    const text = await response.text()
    const inFlight = response.status === 409 && text.includes('"request_in_flight"')
    if (!inFlight || tries === IN_FLIGHT_TRIES) return [response, text]
    await pause(IN_FLIGHT_PAUSE_MS)
  }
}

export function apiClient(base: string, key: string): ApiClient {
  const send = async <Answer>(path: string, init: RequestInit): Promise<Answer> => {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${key}`)
    const [response, text] = await answered(() => fetch(new URL(path, base), { ...init, headers }))
    if (!response.ok)
      throw new Error(`${init.method ?? 'GET'} ${path} answered ${response.status}: ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as Answer
  }
  const client: ApiClient = {
    get: (path) => send(path, {}),
    post: (path, body, headers = {}) =>
      send(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      }),
    postText: (path, text, contentType, headers = {}) =>
      send(path, {
        method: 'POST',
        body: text,
        headers: { 'content-type': contentType, ...headers },
      }),
    list: async <Row>(path: string) => {
      const rows: Row[] = []
      let cursor: string | null = null
      do {
        const separator = path.includes('?') ? '&' : '?'
        const page: { data: Row[]; nextCursor: string | null } = await client.get(
          `${path}${separator}limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
        )
        rows.push(...page.data)
        cursor = page.nextCursor
      } while (cursor !== null)
      return rows
    },
  }
  return client
}
