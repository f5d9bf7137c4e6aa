/** A series with its labelled windows (row numbers, both ends included) and a detector's score for each row. */
export interface ScoredSeries {
  readonly scores: readonly number[]
  readonly windows: readonly (readonly [number, number])[]
}

/** The standard profile of the Numenta Anomaly Benchmark: a missed window costs 1, a false positive up to 0.11. */
const MISSED = 1
const FALSE_POSITIVE = 0.11
/** The first 15 % of a series, of at most 5,000 rows, are for learning and do not count. */
const PROBATION_SHARE = 0.15
const PROBATION_ROWS = 5_000
/** Beyond so many widths behind a window a false positive costs all of its weight. */
const FAR = 3

/**
 * The benchmark's normalised score: 0 for a detector that is silent, 100 for one that marks the first row of every window
 * and nothing else; of all thresholds the one that is best over the whole corpus. By its published rule: in a window the
 * earliest alarm counts, the earlier the more, outside each alarm costs, the further behind a window the more.
 */
export function nabScore(corpus: readonly ScoredSeries[]): { score: number; threshold: number } {
  const windows = corpus.reduce((sum, series) => sum + series.windows.length, 0)
  if (windows === 0) throw new Error('a corpus without a labelled window has no score')
  const steps = corpus.flatMap(stepsOf).sort((a, b) => b.threshold - a.threshold)
  let sum = -windows * MISSED
  let best = { sum, threshold: Infinity }
  steps.forEach(({ threshold, change }, index) => {
    sum += change
    // Rows of one score are marked together or not at all.
    if (steps[index + 1]?.threshold !== threshold && sum > best.sum) best = { sum, threshold }
  })
  return {
    score: (100 * (best.sum + windows * MISSED)) / (windows * (1 + MISSED)),
    threshold: best.threshold,
  }
}

/** What lowering the threshold to a row's score changes in the sum. */
interface Step {
  readonly threshold: number
  readonly change: number
}

function stepsOf({ scores, windows }: ScoredSeries): Step[] {
  const probation = Math.floor(PROBATION_SHARE * Math.min(scores.length, PROBATION_ROWS))
  const steps: Step[] = []
  for (const window of windows) steps.push(...foundAt(scores, window, probation))
  for (let row = probation; row < scores.length; row += 1) {
    if (windows.some(([from, to]) => row >= from && row <= to)) continue
    steps.push({ threshold: scores[row] ?? 0, change: FALSE_POSITIVE * costAt(row, windows) })
  }
  return steps
}

/** The earliest marked row of a window counts; a lower threshold marks earlier ones. */
function foundAt(
  scores: readonly number[],
  [from, to]: readonly [number, number],
  probation: number,
): Step[] {
  const width = to - from + 1
  const steps: Step[] = []
  const rows = Array.from({ length: width }, (_, index) => from + index)
    .filter((row) => row >= probation)
    .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
  let earliest = Infinity
  let reached = -MISSED
  for (const row of rows) {
    if (row >= earliest) continue
    earliest = row
    const worth = falling(-(to - row + 1) / width) / falling(-1)
    steps.push({ threshold: scores[row] ?? 0, change: worth - reached })
    reached = worth
  }
  return steps
}

function costAt(row: number, windows: ScoredSeries['windows']): number {
  const before = windows.filter(([, to]) => to < row).at(-1)
  if (!before) return -1
  const [from, to] = before
  const position = (row - to) / (to - from)
  return position > FAR ? -1 : falling(position)
}

/** From almost 1 at a window's begin (−1) through 0 at its end to −1 far behind it. */
function falling(position: number): number {
  return 2 / (1 + Math.exp(5 * position)) - 1
}
