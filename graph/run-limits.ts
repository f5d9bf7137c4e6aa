import { GraphRecursionError } from '@langchain/langgraph'
import { AppError } from '#src/kernel/errors.ts'

/** How far a run may go before a person gets the case. */
export interface RunLimits {
  /** Nodes one run may pass through, every round of questions among them. */
  readonly hops: number
  /** Seconds it may work at a stretch. */
  readonly seconds: number
  /** Times it may be begun or taken up again, by retries of its job or after kills. */
  readonly attempts: number
  /** A clock that only moves forward; the organisation's may stand still. */
  readonly elapsedMs: () => number
}

export const RUN_LIMITS: RunLimits = {
  hops: 24,
  seconds: 150,
  attempts: 6,
  elapsedMs: () => performance.now(),
}

/** Why a run is given up, as the reason code of its escalation. */
export type GivenUp = 'too_many_steps' | 'run_timeout' | 'run_failed'

/** Thrown between two nodes: what is under way is never cut off, or an effect might follow the hand-over. */
class RunTimeoutError extends Error {
  override readonly name = 'RunTimeoutError'
}

/** Throws once the time is over. */
export function stopwatch({ seconds, elapsedMs }: RunLimits): () => void {
  const begun = elapsedMs()
  return () => {
    if (elapsedMs() - begun > seconds * 1_000)
      throw new RunTimeoutError(`the run took longer than ${seconds} s`)
  }
}

/** Whether a person has to take over after this error; null: the job is tried again. */
export function givesUp(error: unknown, attempts: number, limits: RunLimits): GivenUp | null {
  if (error instanceof GraphRecursionError) return 'too_many_steps'
  if (error instanceof RunTimeoutError) return 'run_timeout'
  const isPassing = error instanceof AppError && error.code === 'unavailable'
  return attempts >= limits.attempts && !isPassing ? 'run_failed' : null
}
