import type { Context, ErrorHandler, NotFoundHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { Logger } from 'pino'
import {
  AppError,
  invalidField,
  toProblem,
  type ErrorCode,
  type Problem,
} from '#src/kernel/errors.ts'
import type { AppEnv } from './env.ts'

const CODE_BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
}

/** What the framework throws (unreadable JSON, a body too large) in our own words. */
function ownError(error: unknown): unknown {
  if (error instanceof HTTPException) {
    if (error.status === 400) return invalidField('(body)', error.message || 'cannot be read')
    const code = CODE_BY_STATUS[error.status]
    return code ? new AppError(code, error.message || code.replaceAll('_', ' ')) : error
  }
  return error
}

function answer(c: Context<AppEnv>, problem: Problem): Response {
  c.header('Content-Type', 'application/problem+json')
  if (problem.status === 401) c.header('WWW-Authenticate', 'Bearer')
  if (problem.code === 'request_in_flight') c.header('Retry-After', '1')
  const body = JSON.stringify({ ...problem, instance: `urn:request:${c.get('requestId')}` })
  return c.body(body, problem.status as 400)
}

/** Every thrown value becomes `application/problem+json`; what nobody expected is logged and reveals nothing. */
export function problemHandler(log: Logger): ErrorHandler<AppEnv> {
  return (thrown, c) => {
    const error = ownError(thrown)
    const problem = toProblem(error)
    if (problem.status >= 500)
      log.error({ err: error, requestId: c.get('requestId'), path: c.req.path }, 'request failed')
    return answer(c, problem)
  }
}

/** 404 for a path nobody serves. */
export const unknownPath: NotFoundHandler<AppEnv> = (c) =>
  answer(c, toProblem(new AppError('not_found', `nothing answers ${c.req.method} ${c.req.path}`)))
