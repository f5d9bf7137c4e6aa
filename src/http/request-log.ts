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

/** The process's logger: JSON lines on stderr, secrets and personal data replaced wherever they stand. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
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
