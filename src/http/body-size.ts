import { createMiddleware } from 'hono/factory'
import { bodyLimit } from 'hono/body-limit'
import { AppError } from '#src/kernel/errors.ts'
import type { AppEnv } from './env.ts'

const MEGABYTE = 1024 * 1024
const DEFAULT_MEGABYTES = 1
/** Paths whose bodies may be larger: batches of events, bank statements, whole mails, pricing documents. */
const MEGABYTES_BY_PREFIX: readonly (readonly [string, number])[] = [
  ['/api/events', 5],
  ['/api/statements', 5],
  ['/api/bank', 5],
  // A mail of 10 MB is refused by the inbox itself, with its own words.
  ['/webhooks/email', 12],
  ['/webhooks/', 2],
]

function limitOf(megabytes: number) {
  const refuse = () => {
    throw new AppError('payload_too_large', `the body is larger than ${megabytes} MB`)
  }
  const counted = bodyLimit({ maxSize: megabytes * MEGABYTE, onError: refuse })
  // A length that is told is held to by the server. Only a body without one has to be counted as a stream, which costs
  // more than all else that is done to a small request.
  return createMiddleware<AppEnv>((c, next) => {
    const length = c.req.header('content-length')
    if (length === undefined || c.req.header('transfer-encoding') !== undefined)
      return counted(c, next)
    return Number(length) > megabytes * MEGABYTE ? refuse() : next()
  })
}

/** Refuses a body over the limit of its path before it is read. @throws payload_too_large */
export function bodySize() {
  const fallback = limitOf(DEFAULT_MEGABYTES)
  const limits = MEGABYTES_BY_PREFIX.map(
    ([prefix, megabytes]) => [prefix, limitOf(megabytes)] as const,
  )
  return createMiddleware<AppEnv>(async (c, next) => {
    const special = limits.find(([prefix]) => c.req.path.startsWith(prefix))
    return (special?.[1] ?? fallback)(c, next)
  })
}
