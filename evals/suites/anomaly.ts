import { detectSeries } from '#src/metering/detector.ts'
import type { Figure, Outcome, Suite } from '../suite.ts'
import { injectedSeries, type InjectedSeries } from './anomaly-series.ts'
import { axisTable, countOf, shareOf } from './scoring.ts'

/** An alarm this many hours after an anomaly's end still belongs to it: what returns to normal is a change too. */
const AFTERMATH_HOURS = 36

/** The detector on series with known anomalies. Small on purpose: it guards against a detector that was broken. */
export const anomalySuite: Suite = {
  name: 'anomaly',
  title: 'Anomaly detection',
  about: 'Hourly usage with one injected anomaly, or none: found, and no false alarm besides.',
  run: () => {
    const seen = injectedSeries().map(alarmsOf)
    const outcomes = seen.map(outcomeOf)
    const injected = seen.filter(({ series }) => series.window !== null)
    return Promise.resolve({
      skipped: null,
      figures: [
        shareOf('recall', injected, ({ inside }) => inside > 0, {
          atLeast: 0.9,
          about: 'of the injected anomalies, those with an alarm while they last',
        }),
        precision(seen),
        countOf(
          'cleanSeriesWithAlarm',
          seen,
          (one) => one.series.window === null && one.outside > 0,
          {
            about: 'of 20 clean series',
          },
        ),
      ],
      tables: [axisTable('By kind', outcomes, () => true)],
      outcomes,
      notes: [],
    })
  },
}

/** A series cannot know its weekends before it has seen some: alarms of its first two weeks are not held against it. */
const LEARNING_ROWS = 24 * 14

interface Seen {
  readonly series: InjectedSeries
  readonly inside: number
  readonly outside: number
}

function alarmsOf(series: InjectedSeries): Seen {
  const { anomalies } = detectSeries(series.rows)
  const rows = anomalies
    .map(({ timestamp }) => series.rows.findIndex((row) => row.timestamp === timestamp))
    .filter((row) => row >= LEARNING_ROWS)
  const [from, to] = series.window ?? [Infinity, Infinity]
  const inside = rows.filter((row) => row >= from && row < to).length
  const after = rows.filter((row) => row >= to && row < to + AFTERMATH_HOURS).length
  return { series, inside, outside: rows.length - inside - after }
}

function precision(seen: readonly Seen[]): Figure {
  const inside = seen.filter((one) => one.inside > 0).length
  const outside = seen.reduce((sum, one) => sum + one.outside, 0)
  return {
    name: 'precision',
    value: inside + outside === 0 ? 0 : inside / (inside + outside),
    unit: 'share',
    atLeast: 0.5,
    about: 'anomalies found against false alarms',
  }
}

function outcomeOf({ series, inside, outside }: Seen): Outcome {
  const found = series.window === null || inside > 0
  return {
    id: series.id,
    axes: [series.kind],
    expected: series.window === null ? 'no alarm' : 'an alarm in the window',
    actual: `${inside} inside, ${outside} outside`,
    isRight: found && outside === 0,
    isUnsafe: false,
    detail: '',
    why: '',
  }
}
