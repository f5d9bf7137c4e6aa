import { Temporal } from '#src/kernel/time.ts'
import { DAYS, type DemoAccount } from './acme.ts'
import type { ApiClient } from './api-client.ts'
import type { DemoClock } from './clock.ts'
import type { Step } from './progress.ts'
import { februaryUsage, sumOf, type Sent } from './usage.ts'

const BATCH = 1_000

/** What the month's batches were answered, summed; only a run that sent every day knows it. */
export interface UsageTally {
  sent: number
  accepted: number
  duplicate: number
  rejected: number
}

/** A local day is over everywhere when it is noon UTC of the next. */
function dayOver(day: number): string {
  return Temporal.PlainDate.from({ year: 2026, month: 2, day })
    .add({ days: 1 })
    .toZonedDateTime({ timeZone: 'UTC', plainTime: '12:00' })
    .toInstant()
    .toString()
}

/** February, day by day: the clock moves, then the day's usage comes in over HTTP in batches of 1,000. */
export async function liveThroughFebruary(
  api: ApiClient,
  clock: DemoClock,
  accounts: readonly DemoAccount[],
  step: Step,
): Promise<{ tally: UsageTally; seed: Sent }> {
  const month = februaryUsage(accounts)
  const tally: UsageTally = { sent: 0, accepted: 0, duplicate: 0, rejected: 0 }
  for (let day = 1; day <= DAYS; day += 1) {
    // A later day was begun in an earlier run, so this one was sent to its end.
    if (day < DAYS && (await clock.isPast(dayOver(day)))) continue
    if (await clock.isPast(dayOver(DAYS))) break
    await clock.reach(dayOver(day))
    const events = month[day - 1]?.events ?? []
    for (let from = 0; from < events.length; from += BATCH) {
      const batch = events.slice(from, from + BATCH)
      const answer = await api.post<{ accepted: number; duplicate: number; rejected: number }>(
        '/api/events',
        { events: batch },
      )
      tally.sent += batch.length
      tally.accepted += answer.accepted
      tally.duplicate += answer.duplicate
      tally.rejected += answer.rejected
    }
    step.at(day, DAYS)
  }
  await clock.settle()
  return { tally, seed: sumOf(month) }
}
