import { AppError } from '#src/kernel/errors.ts'
import { earlier, isBefore, later, rememberedOf, Temporal, type Period } from '#src/kernel/time.ts'

const HOUR_NS = 3_600_000_000_000n

const hourFloor = rememberedOf((at) => {
  const ns = at.epochNanoseconds
  const rest = ((ns % HOUR_NS) + HOUR_NS) % HOUR_NS
  return Temporal.Instant.fromEpochNanoseconds(ns - rest)
})

const hourCeil = rememberedOf((at) => {
  const floor = hourFloor(at)
  return floor.equals(at) ? floor : floor.add({ hours: 1 })
})

/** The whole UTC hours inside a period; where there is none, both ends are the period's end. */
export function wholeHours(period: Period): Period {
  const start = hourCeil(period.start)
  const end = hourFloor(period.end)
  return isBefore(start, end) ? { start, end } : { start: period.end, end: period.end }
}

/** The shortest period that holds all of them. */
export function requestSpan(periods: readonly Period[]): Period {
  const [first, ...rest] = periods
  if (!first) throw new AppError('internal', 'no periods')
  return rest.reduce(
    (span, period) => ({
      start: earlier(span.start, period.start),
      end: later(span.end, period.end),
    }),
    first,
  )
}
