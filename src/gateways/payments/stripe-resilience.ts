import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleWhen,
  retry,
  wrap,
} from 'cockatiel'
import { Stripe } from 'stripe'
import { AppError } from '#src/kernel/errors.ts'

// Raised before a byte was sent: the provider cannot have acted.
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
])

function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error
    ? String(error.code)
    : undefined
}

/** The provider did not act on this request: it may be sent again at once. */
function didNothing(error: unknown): boolean {
  if (error instanceof Stripe.errors.StripeRateLimitError) return true
  if (error instanceof Stripe.errors.StripeConnectionError)
    return NEVER_SENT.has(codeOf(error.detail) ?? '')
  return codeOf(error) === 'lock_timeout'
}

/** The provider may or may not have acted: the answer was lost, or it failed inside. */
export function isLost(error: unknown): boolean {
  if (error instanceof Stripe.errors.StripeConnectionError) return !didNothing(error)
  if (error instanceof Stripe.errors.StripeIdempotencyError) return true
  return error instanceof Stripe.errors.StripeAPIError
}

/** How hard to try. Milliseconds. */
export interface Patience {
  readonly attempts: number
  readonly firstDelayMs: number
  readonly atOnce: number
}

export type Guarded = <Answer>(
  effect: 'once' | 'repeatable',
  call: () => Promise<Answer>,
) => Promise<Answer>

/**
 * Retry with jittered backoff around a breaker around a bulkhead; the SDK keeps the timeout per request.
 * `once` (a charge) is repeated only when the provider did nothing; `repeatable` also after a lost answer.
 * @throws unavailable when nothing was attempted: breaker open, too many at once, or still refused after the retries.
 */
export function guard(patience: Patience): Guarded {
  const backoff = new ExponentialBackoff({
    initialDelay: patience.firstDelayMs,
    maxDelay: 10_000,
  })
  const retries = (when: (error: unknown) => boolean) =>
    retry(handleWhen(when), { maxAttempts: patience.attempts, backoff })
  const inner = wrap(
    circuitBreaker(
      handleWhen((error) => didNothing(error) || isLost(error)),
      { halfOpenAfter: 15_000, breaker: new ConsecutiveBreaker(8) },
    ),
    bulkhead(patience.atOnce, patience.atOnce * 20),
  )
  const policies = {
    once: wrap(retries(didNothing), inner),
    repeatable: wrap(
      retries((error) => didNothing(error) || isLost(error)),
      inner,
    ),
  }
  return async (effect, call) => {
    try {
      return await policies[effect].execute(call)
    } catch (error) {
      if (error instanceof BrokenCircuitError || error instanceof BulkheadRejectedError)
        throw new AppError('unavailable', 'Stripe is not being asked just now', { cause: error })
      if (didNothing(error))
        throw new AppError('unavailable', 'Stripe takes no requests just now', { cause: error })
      throw error
    }
  }
}
