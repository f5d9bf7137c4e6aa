import type { NewJob } from '#db/outbox.ts'
import type { Instant } from '#src/kernel/time.ts'

/** Minutes until a peer that gave no answer is asked again, by how often it was asked; then hourly, for two weeks. */
const MINUTES = [2, 10, 30]
const LAST_ATTEMPT = 14 * 24

/**
 * The next attempt of a job whose peer gave no answer; null once it has been asked long enough. Hourly attempts of one
 * subject share their keys, so that however many began asking, one goes on.
 */
export function askAgain(
  now: Instant,
  job: { readonly job: string; readonly subject: string; readonly payload: object },
  attempt: number,
): NewJob | null {
  if (attempt >= LAST_ATTEMPT) return null
  const early = MINUTES[attempt - 1]
  const dueAt = now.add({ minutes: early ?? 60 })
  const key = early === undefined ? dueAt.toString().slice(0, 13) : `${attempt}:${dueAt.toString()}`
  return {
    job: job.job,
    key: `again:${job.subject}:${key}`,
    payload: { ...job.payload, attempt: attempt + 1 },
    dueAt,
  }
}
