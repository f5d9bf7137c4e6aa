import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  ConsecutiveBreaker,
  handleAll,
} from 'cockatiel'
import type { Failure } from './failure.ts'
import type { ModelAnswer } from './model.ts'

const FAILURES_TO_OPEN = 5
const COOL_DOWN_MS = 30_000
const CONCURRENT_CALLS = 8
const WAITING_CALLS = 32

/** The server did not bring an answer: what the breaker counts. */
class UnavailableError extends Error {
  override readonly name = 'UnavailableError'
}

/**
 * Stands before a server: a number of calls at once, a number that wait, none while the circuit is open. The deadline
 * holds for waiting too. An answer that failed for the request's own sake leaves the circuit as it is.
 */
export function protect(options: {
  readonly coolDownMs?: number
  readonly concurrentCalls?: number
  readonly waitingCalls?: number
}) {
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: options.coolDownMs ?? COOL_DOWN_MS,
    breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
  })
  const places = bulkhead(
    options.concurrentCalls ?? CONCURRENT_CALLS,
    options.waitingCalls ?? WAITING_CALLS,
  )
  const guarded = async (work: () => Promise<ModelAnswer | Failure>): Promise<ModelAnswer> => {
    const said = await work()
    if ('kind' in said) return said
    if (said.isOfServer) throw new UnavailableError(said.reason)
    return { kind: 'unavailable', reason: said.reason }
  }
  return async (
    work: () => Promise<ModelAnswer | Failure>,
    deadline: AbortSignal,
  ): Promise<ModelAnswer> => {
    try {
      const answer = places.execute(() => breaker.execute(() => guarded(work)), deadline)
      return await Promise.race([answer, passing(deadline)])
    } catch (error) {
      return { kind: 'unavailable', reason: reasonOf(error, deadline) }
    }
  }
}

function passing(deadline: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(new UnavailableError('timeout'))
    if (deadline.aborted) fail()
    else deadline.addEventListener('abort', fail, { once: true })
  })
}

function reasonOf(error: unknown, deadline: AbortSignal): string {
  if (error instanceof BrokenCircuitError) return 'circuit open'
  if (error instanceof BulkheadRejectedError) return 'too many calls'
  if (deadline.aborted) return 'timeout'
  return error instanceof UnavailableError ? error.message : 'the call failed'
}
