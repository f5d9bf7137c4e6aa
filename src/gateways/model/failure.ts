import type { Objection } from './negotiate.ts'
import type { Exchange } from './post-chat.ts'

/** Why a call brought no answer, and what that means for the next one. */
export interface Failure {
  readonly reason: string
  /** Whether the same request may well succeed in a moment. */
  readonly isPassing: boolean
  /** Whether it says something about the server (the breaker counts it), or about this request alone. */
  readonly isOfServer: boolean
  /** What to leave out when asking again, if the server named it. */
  readonly objection: Objection | null
  /** Milliseconds the server wants to be left alone. */
  readonly waitMs: number | null
}

const PASSING: ReadonlySet<number> = new Set([408, 409, 425, 429, 500, 502, 503, 504, 529])
const OF_THE_REQUEST: ReadonlySet<number> = new Set([400, 409, 413, 415, 422])

/** Reads an answer that is none: an error status, or nothing that could be read. */
export function failureOf(exchange: Exchange): Failure {
  if (exchange.kind === 'no_response')
    return {
      reason: exchange.why.replace('_', ' '),
      isPassing: exchange.why !== 'too_large',
      isOfServer: true,
      objection: null,
      waitMs: null,
    }
  const { status, body } = exchange
  const code = errorCode(body)
  const isTooLong = status === 413 || TOO_LONG.test(body)
  const objection = isTooLong ? null : objectionOf(status, body)
  return {
    reason: `http ${status}${isTooLong ? ' too long' : code === null ? '' : ` ${code}`}`,
    // A spent quota does not come back in a second.
    isPassing: PASSING.has(status) && objection === null && code !== 'insufficient_quota',
    isOfServer: !OF_THE_REQUEST.has(status),
    objection,
    waitMs: waitMs(exchange.retryAfter, exchange.date),
  }
}

/** Nothing in it we could read as a completion. It was worked on and is paid for: it is not asked again. */
export const UNREADABLE: Failure = {
  reason: 'unreadable answer',
  isPassing: false,
  isOfServer: true,
  objection: null,
  waitMs: null,
}

const TOO_LONG =
  /context[_ ](length|window|size)|maximum context|prompt is too long|exceeds? the available context/i
const OBJECTIONS: readonly (readonly [Objection, RegExp])[] = [
  ['temperature', /temperature/i],
  ['limit', /max_(completion_)?tokens/i],
  ['format', /response_format|json_schema|json_object|structured.?output|guided|grammar/i],
]

/** What of our request the server does not know; servers word it as they like, but they name the field. */
function objectionOf(status: number, body: string): Objection | null {
  if (![400, 415, 422, 500, 501].includes(status)) return null
  return OBJECTIONS.find(([, pattern]) => pattern.test(body))?.[0] ?? null
}

/** The server's word for it, if it is nothing but a word: free text may quote our key or the prompt. */
function errorCode(body: string): string | null {
  const text = body.slice(0, 10_000)
  const found = /"code"\s*:\s*"([a-z][a-z_]{2,50})"/.exec(text) ?? TYPE.exec(text)
  return found?.[1] ?? null
}

const TYPE = /"type"\s*:\s*"([a-z][a-z_]{2,50})"/
const LONGEST_WAIT_MS = 10 * 60_000

/** `Retry-After` in milliseconds: seconds as they are, a date by the server's own clock. Null when it says nothing. */
function waitMs(retryAfter: string | null, date: string | null): number | null {
  if (retryAfter === null) return null
  const seconds = /^\s*\d{1,9}(\.\d+)?\s*$/.test(retryAfter) ? Number(retryAfter) : null
  const untilMs =
    seconds === null ? Date.parse(retryAfter) - Date.parse(date ?? '') : seconds * 1_000
  return Number.isFinite(untilMs) ? Math.min(Math.max(0, untilMs), LONGEST_WAIT_MS) : null
}
