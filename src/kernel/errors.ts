/** Stable error codes and the HTTP status each one answers with (RFC 9457). */
const STATUS_BY_CODE = {
  invalid_input: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  request_in_flight: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  idempotency_key_reused: 422,
  refused: 422,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const

export type ErrorCode = keyof typeof STATUS_BY_CODE

/** One thing wrong with the input: `path` names the field as the sender wrote it. */
export interface FieldProblem {
  readonly path: string
  readonly message: string
}

interface ErrorOptions {
  readonly fields?: readonly FieldProblem[]
  readonly cause?: unknown
}

/** The one error class. A refusal the caller must handle is a value; everything else throws this. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly fields: readonly FieldProblem[]

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.fields = options.fields ?? []
  }

  get status(): (typeof STATUS_BY_CODE)[ErrorCode] {
    return STATUS_BY_CODE[this.code]
  }
}

/** `invalid_input` naming the field. */
export function invalidField(path: string, message: string): AppError {
  return new AppError('invalid_input', `${path}: ${message}`, { fields: [{ path, message }] })
}

/** `application/problem+json` body, RFC 9457. Unknown errors reveal nothing. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ErrorCode
  readonly detail: string
  readonly errors?: readonly FieldProblem[]
}

/** Maps any thrown value to a problem document; only AppErrors carry their message outside. */
export function toProblem(error: unknown): Problem {
  const known =
    error instanceof AppError ? error : new AppError('internal', 'Something failed on our side.')
  return {
    type: `urn:tollkeeper:error:${known.code}`,
    title: known.code.replaceAll('_', ' '),
    status: known.status,
    code: known.code,
    detail: known.message,
    ...(known.fields.length > 0 ? { errors: known.fields } : {}),
  }
}

/** For the end of an exhaustive switch. */
export function unreachable(value: never): never {
  throw new AppError('internal', `unreachable: ${JSON.stringify(value)}`)
}
