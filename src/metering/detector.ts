import { parse } from 'csv-parse/sync'
import { AppError } from '#src/kernel/errors.ts'
import { ALARM_SCORE, seriesDetector } from './rules/detector.ts'

/** A row of a series; `timestamp` as it was written. */
export interface SeriesRow {
  readonly timestamp: string
  readonly value: number
}

interface SeriesAnomaly {
  readonly timestamp: string
  readonly value: number
  readonly expected: number
  readonly score: number
}

/** DESIGN §5 `detect`: one score (0..1) per row, from earlier rows only; the anomalies are those at 0.5 and above. */
export interface SeriesVerdict {
  readonly anomalies: readonly SeriesAnomaly[]
  readonly scores: readonly number[]
}

/**
 * Finds level shifts, spikes, leaks, drop-outs and duplicate batches in a series of any interval, in the order of the rows.
 * A timestamp is ISO 8601 with "T" or a blank, UTC where it names no zone.
 * @throws invalid_input naming the row whose timestamp or value cannot be read.
 */
export function detectSeries(rows: readonly SeriesRow[]): SeriesVerdict {
  return judge(rows.map((row, index) => ({ ...row, place: `row ${index + 1}` })))
}

/**
 * `detectSeries` over CSV text with the header `timestamp,value`.
 * @throws invalid_input naming the line that is wrong.
 */
export function detectCsv(text: string): SeriesVerdict {
  const [header, ...records] = readCsv(text)
  if (header?.cells.join(',') !== 'timestamp,value')
    throw wrong('line 1', 'the header must be "timestamp,value"')
  return judge(
    records.map(({ cells, line }) => {
      const [timestamp = '', value = ''] = cells
      if (cells.length !== 2) throw wrong(`line ${line}`, 'must be a timestamp and a value')
      if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value))
        throw wrong(`line ${line}`, `"${value.slice(0, 40)}" is not a number`)
      return { timestamp, value: Number(value), place: `line ${line}` }
    }),
  )
}

function judge(rows: readonly (SeriesRow & { readonly place: string })[]): SeriesVerdict {
  const detector = seriesDetector()
  const anomalies: SeriesAnomaly[] = []
  const scores = rows.map(({ timestamp, value, place }) => {
    const timeMs = epochMs(timestamp, place)
    if (!Number.isFinite(value)) throw wrong(place, 'the value is not a finite number')
    const { expected, score } = detector({ timeMs, value })
    if (expected !== null && score >= ALARM_SCORE)
      anomalies.push({ timestamp, value, expected, score })
    return score
  })
  return { anomalies, scores }
}

const TIMESTAMP =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d(?:\.\d{1,9})?)?)?(Z|[+-]\d\d:?\d\d)?$/i

function epochMs(text: string, place: string): number {
  const match = TIMESTAMP.exec(text.trim())
  const [, date = '', time = '00:00', seconds = ':00', zone = 'Z'] = match ?? []
  const timeMs = match ? Date.parse(`${date}T${time}${seconds}${zone.toUpperCase()}`) : Number.NaN
  if (Number.isNaN(timeMs)) throw wrong(place, `"${text.slice(0, 40)}" is not a timestamp`)
  return timeMs
}

function readCsv(text: string): { cells: string[]; line: number }[] {
  try {
    const records: { cells: string[]; line: number }[] = []
    parse(text, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      on_record: (cells: string[], { lines }) => {
        records.push({ cells, line: lines })
        return null
      },
    })
    return records
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new AppError('invalid_input', error.message, { cause: error })
  }
}

function wrong(place: string, message: string): AppError {
  return new AppError('invalid_input', `${place}: ${message}`, {
    fields: [{ path: place, message }],
  })
}
