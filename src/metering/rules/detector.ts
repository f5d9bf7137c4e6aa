import { season, type Expectation } from './season.ts'
import { sortedWindow } from './sorted-window.ts'

/** A point of a series. Values are a statistic here, never money: floats. */
export interface Point {
  readonly timeMs: number
  readonly value: number
}

/** What the rows before it say of a row. `score` is 0..1, an alarm from ALARM_SCORE on; `expected` null: too early to say. */
export interface Judgement {
  readonly expected: number | null
  readonly score: number
}

export const ALARM_SCORE = 0.5

const WARM_UP_ROWS = 20
const HISTORY_ROWS = 4_000
/** An error is remarkable at so many times the median error, … */
const MEDIAN_ERRORS = 5
/** … and at so many times what only one in 200 exceeded, … */
const TAIL_SHARE = 0.995
const TAIL_FACTOR = 1.5
/** … and at this share of the expected value: a steady series is not alarming when it moves a little. */
const SHARE_OF_EXPECTED = 0.05
/** The mean of so many signed errors sees what no single row shows: a shift, a leak. */
const DRIFT_ROWS = 8
/** After an alarm the next 2 % of the history's length are heard only when they are louder still. */
const QUIET_SHARE = 0.02
const LOUDER_BY = 0.15
const MAD_TO_SIGMA = 1.4826

/** A streaming detector: judges a row by earlier rows only, then learns it (M13). */
export function seriesDetector(): (point: Point) => Judgement {
  const history = season()
  const drifts = sortedWindow(HISTORY_ROWS)
  const recent: number[] = []
  const quieten = alarmSuppression()
  let row = -1
  return ({ timeMs, value }) => {
    row += 1
    const expectation = row >= WARM_UP_ROWS ? history.expect(timeMs) : null
    let score = 0
    if (expectation) {
      const error = (value - expectation.value) / remarkableError(expectation)
      recent.push(error)
      if (recent.length > DRIFT_ROWS) recent.shift()
      const drift = Math.abs(recent.reduce((sum, one) => sum + one, 0) / recent.length)
      const usualDrift = drifts.size() > 50 ? drifts.quantile(TAIL_SHARE) * TAIL_FACTOR : Infinity
      drifts.push(drift)
      const loudness = Math.max(Math.abs(error), drift / Math.max(usualDrift, 1e-9))
      score = quieten(row, loudness / (loudness + 1))
    }
    history.learn(timeMs, value)
    return { expected: expectation?.value ?? null, score }
  }
}

function remarkableError({ value, errors }: Expectation): number {
  return Math.max(
    MEDIAN_ERRORS * MAD_TO_SIGMA * errors.quantile(0.5),
    TAIL_FACTOR * errors.quantile(TAIL_SHARE),
    SHARE_OF_EXPECTED * Math.abs(value),
    1e-9,
  )
}

function alarmSuppression(): (row: number, score: number) => number {
  let quietUntil = -1
  let loudest = 0
  return (row, score) => {
    if (row >= quietUntil) {
      if (score < ALARM_SCORE) return score
      quietUntil = row + Math.max(1, Math.round(QUIET_SHARE * row))
      loudest = score
      return score
    }
    if (score <= loudest + LOUDER_BY) return score / 2
    loudest = score
    return score
  }
}
