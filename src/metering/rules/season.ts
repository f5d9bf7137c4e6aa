import { sortedWindow, type SortedWindow } from './sorted-window.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const HISTORY_ROWS = 4_000
/** A model speaks once it has been wrong this often. */
const MIN_ERRORS = 12
/** A model with more slots must be better by this much: seasons are not seen in noise. */
const BETTER_BY = 0.95

/** One way to expect a value: the median of the earlier rows in the same slot of its season. */
interface Model {
  readonly slotOf: (timeMs: number) => number
  readonly rowsPerSlot: number
  readonly minRowsPerSlot: number
  readonly slots: Map<number, SortedWindow>
  /** How far off it was, row by row. */
  readonly errors: SortedWindow
}

function model(
  rowsPerSlot: number,
  minRowsPerSlot: number,
  slotOf: (timeMs: number) => number,
): Model {
  return {
    slotOf,
    rowsPerSlot,
    minRowsPerSlot,
    slots: new Map(),
    errors: sortedWindow(HISTORY_ROWS),
  }
}

/** What to expect at a time, and the errors of the model that says so. */
export interface Expectation {
  readonly value: number
  readonly errors: SortedWindow
}

/** A long history with a daily and a weekly season: whichever explained the past best answers. */
export interface Season {
  expect(timeMs: number): Expectation | null
  learn(timeMs: number, value: number): void
}

export function season(): Season {
  const models = [
    model(HISTORY_ROWS, 10, () => 0),
    model(84, 4, (timeMs) => Math.floor((timeMs % DAY_MS) / HOUR_MS)),
    model(40, 3, (timeMs) => Math.floor((timeMs % (7 * DAY_MS)) / HOUR_MS)),
  ]
  return {
    expect: (timeMs) => {
      let best: Expectation | null = null
      let bestError = Infinity
      for (const candidate of models) {
        const value = expectedBy(candidate, timeMs)
        if (value === null || candidate.errors.size() < MIN_ERRORS) continue
        const error = candidate.errors.quantile(0.5)
        if (best !== null && error >= bestError * BETTER_BY) continue
        best = { value, errors: candidate.errors }
        bestError = error
      }
      return best
    },
    learn: (timeMs, value) => {
      for (const learner of models) {
        const expected = expectedBy(learner, timeMs)
        if (expected !== null) learner.errors.push(Math.abs(value - expected))
        const slot = learner.slotOf(timeMs)
        const history = learner.slots.get(slot) ?? sortedWindow(learner.rowsPerSlot)
        history.push(value)
        learner.slots.set(slot, history)
      }
    },
  }
}

function expectedBy(candidate: Model, timeMs: number): number | null {
  const history = candidate.slots.get(candidate.slotOf(timeMs))
  return history && history.size() >= candidate.minRowsPerSlot ? history.quantile(0.5) : null
}
