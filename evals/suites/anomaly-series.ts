/** What is injected into a series of hourly usage, and from which row to which; none in a clean one. */
export interface InjectedSeries {
  readonly id: string
  readonly kind: string
  readonly rows: readonly { readonly timestamp: string; readonly value: number }[]
  readonly window: readonly [number, number] | null
}

const HOURS = 24 * 42
const FIRST_ROW = 24 * 35
const HOURS_MS = 3_600_000
const START_MS = Date.parse('2026-01-05T00:00:00Z')

/** By kind: how long it lasts, and what becomes of a value `hour` hours into it. */
const KINDS: Readonly<
  Record<string, { hours: number; of: (value: number, hour: number) => number }>
> = {
  spike: { hours: 3, of: (value) => value * 8 },
  level_shift: { hours: 48, of: (value) => value * 2.2 },
  drop_out: { hours: 12, of: () => 0 },
  leak: { hours: 72, of: (value, hour) => value * (1 + hour * 0.06) },
  double_batch: { hours: 8, of: (value) => value * 2 },
}
const SEEDS = [11, 23, 37, 59]

/** Forty series with a day and a week in them: half clean, half with one anomaly in the sixth week. */
export function injectedSeries(): InjectedSeries[] {
  const injected = Object.entries(KINDS).flatMap(([kind, injection]) =>
    SEEDS.map((seed) => {
      const rows = clean(seed).map((value, row) => {
        const hour = row - FIRST_ROW
        return hour >= 0 && hour < injection.hours ? injection.of(value, hour) : value
      })
      const window = [FIRST_ROW, FIRST_ROW + injection.hours] as const
      return { id: `${kind}-${seed}`, kind, rows: timed(rows), window }
    }),
  )
  const untouched = Array.from({ length: 20 }, (_, at) => {
    return { id: `clean-${at}`, kind: 'clean', rows: timed(clean(100 + at)), window: null }
  })
  return [...injected, ...untouched]
}

function clean(seed: number): number[] {
  const random = noise(seed)
  const base = 500 + (seed % 7) * 300
  return Array.from({ length: HOURS }, (_, row) => {
    const day = 1 + 0.5 * Math.sin((2 * Math.PI * (row % 24)) / 24)
    const weekend = Math.floor(row / 24) % 7 >= 5 ? 0.6 : 1
    return Math.round(base * day * weekend * (0.9 + 0.2 * random()))
  })
}

/** A linear congruential generator: the same seed, the same series, on every machine. */
function noise(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state / 4_294_967_296
  }
}

function timed(values: readonly number[]): InjectedSeries['rows'] {
  return values.map((value, row) => ({
    timestamp: new Date(START_MS + row * HOURS_MS).toISOString(),
    value: Math.round(value),
  }))
}
