import { createMiddleware } from 'hono/factory'
import { pino, type DestinationStream, type Logger } from 'pino'
import type { NewId } from '#src/kernel/ids.ts'
import type { AppEnv } from './env.ts'

const SECRET = [
  'authorization',
  'cookie',
  'email',
  'to',
  'from',
  'key',
  'secret',
  'text',
  'html',
  'subject',
]

const ADDRESS = /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu
const SECRET_KEY = /\b(tk_(?:test|live)|[sr]k_(?:test|live)|whsec)_[A-Za-z0-9_-]{6,}/g
/** The token behind /i/ opens an invoice to whoever has it. */
const PAGE_TOKEN = /\/i\/[A-Za-z0-9_-]{8,}/g
const LONG_NUMBER = /(?<![\w.])(?:[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){3,}|\d(?:[ .-]?\d){12,18})\b/g

/** The last net, over the whole line: what no field name gives away. */
function withoutSecrets(line: string): string {
  return line
    .replaceAll(ADDRESS, '[address]')
    .replaceAll(SECRET_KEY, '$1_[redacted]')
    .replaceAll(PAGE_TOKEN, '/i/[token]')
}

/** An error without what it carries: a failed query's parameters are customers' data. */
function errorForLog(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error
  const text = (value: string) =>
    value.replace(/\n?params: [^]*?(?=\n {4}at |$)/, '').replaceAll(LONG_NUMBER, '[number]')
  return {
    type: error.name,
    message: text(error.message).slice(0, 1000),
    ...('code' in error ? { code: error.code } : {}),
    stack: text(error.stack ?? '').slice(0, 4000),
    ...(error.cause === undefined ? {} : { cause: errorForLog(error.cause) }),
  }
}

/** The process's logger: JSON lines on stderr, secrets and personal data replaced wherever they stand. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      serializers: { err: errorForLog },
      hooks: { streamWrite: withoutSecrets },
      redact: {
        paths: [
          ...SECRET,
          ...SECRET.map((name) => `*.${name}`),
          ...SECRET.map((name) => `*.*.${name}`),
        ],
        censor: '[redacted]',
      },
    },
    destination ?? pino.destination({ dest: 2, sync: false }),
  )
}

const CALLERS_ID = /^[A-Za-z0-9._-]{1,64}$/

/** Gives the request an id (the caller's own `X-Request-Id` when it is a plain token) and logs how it ended. */
export function requestLog(log: Logger, newId: NewId) {
  return createMiddleware<AppEnv>(async (c, next) => {
    const given = c.req.header('x-request-id') ?? ''
    const requestId = CALLERS_ID.test(given) ? given : newId('req')
    c.set('requestId', requestId)
    const startedMs = performance.now()
    await next()
    c.header('X-Request-Id', requestId)
    // The path only: a query may hold an address.
    log.info(
      {
        requestId,
        method: c.req.method,
        path: c.req.path,
        status: c.res.status,
        ms: Math.round((performance.now() - startedMs) * 10) / 10,
      },
      'request',
    )
  })
}
