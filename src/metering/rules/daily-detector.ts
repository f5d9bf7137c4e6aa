/** A local day's usage of one (customer, metric). `weekday` 1..7; `count` is how many events stand behind the sum. */
export interface Day {
  readonly weekday: number
  readonly sum: number
  readonly count: number
}

export interface DayJudgement {
  readonly expected: number
  /** 0..1, an alarm at 0.5 and above. */
  readonly score: number
}

const MIN_DAYS = 7
const MIN_SAME_WEEKDAYS = 2
const QUIET_DAYS = 7
const MAD_TO_SIGMA = 1.4826
const SIGMAS = 4
/** Less than three times as much as expected is never an alarm, nor a fall to more than a third. */
const MIN_LOG_RATIO = Math.log(3)
/** Natural noise is at least this, whatever a short quiet history says. */
const MIN_SIGMA = 0.25
/** With fewer events a day, a day without any is chance. */
const MIN_EVENTS_TO_FALL = 10
const CHANCE_OF_FEW = 0.6
const ALARM_SCORE = 0.5

/**
 * Judges each day by the days before it, on a scale of ratios: a long history is not needed, a week is enough.
 * Falls are judged only by the same weekday of earlier weeks, else each first Saturday would be one.
 * One alarm a week per direction, unless it grows.
 */
export function judgeDays(days: readonly Day[]): DayJudgement[] {
  let quietUntil = -1
  let loudest = 0
  return days.map((day, index) => {
    const judgement = judgeDay(day, days.slice(0, index))
    if (judgement.score < ALARM_SCORE) return judgement
    if (index < quietUntil && judgement.score <= loudest + 0.1)
      return { ...judgement, score: judgement.score / 2 }
    quietUntil = index + QUIET_DAYS
    loudest = judgement.score
    return judgement
  })
}

function judgeDay(day: Day, earlier: readonly Day[]): DayJudgement {
  if (earlier.length < MIN_DAYS) return { expected: day.sum, score: 0 }
  const sameWeekday = earlier.filter(({ weekday }) => weekday === day.weekday)
  const bySeason = sameWeekday.length >= MIN_SAME_WEEKDAYS
  const seasonal = median((bySeason ? sameWeekday : earlier).map(({ sum }) => sum))
  const ordinary = median(earlier.map(({ sum }) => sum))
  // Used on fewer than half of the days: nothing is usual here.
  if (ordinary <= 0) return { expected: seasonal, score: 0 }
  const rises = day.sum > seasonal
  // A quiet weekday's first real use is no rise, and the weekday after a spike is no fall.
  const expected = rises ? Math.max(seasonal, ordinary / 2) : Math.min(seasonal, ordinary)
  const tooFewToFall = median(earlier.map(({ count }) => count)) < MIN_EVENTS_TO_FALL
  if (!rises && (!bySeason || tooFewToFall)) return { expected, score: 0 }
  const change = Math.abs(logRatio(day.sum, expected, ordinary / 100))
  const loudness = change / Math.max(MIN_LOG_RATIO, SIGMAS * sigmaOf(earlier, ordinary))
  return { expected, score: loudness / (loudness + 1) }
}

/** The usual scatter around an ordinary day, in logarithms, and no less than chance makes of few events. */
function sigmaOf(earlier: readonly Day[], ordinary: number): number {
  const scatter = median(
    earlier.map(({ sum }) => Math.abs(logRatio(sum, ordinary, ordinary / 100))),
  )
  const events = Math.max(median(earlier.map(({ count }) => count)), 1)
  return Math.max(MIN_SIGMA, MAD_TO_SIGMA * scatter, CHANCE_OF_FEW / Math.sqrt(events))
}

function logRatio(value: number, base: number, least: number): number {
  return Math.log(Math.max(value, least) / Math.max(base, least))
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const high = sorted[Math.floor(middle)] ?? 0
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? 0) + high) / 2 : high
}
