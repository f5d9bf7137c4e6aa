/** One line of `bench NAME --json` (DESIGN §5): `ratio` = value / limit, both of the same run. */
export interface BenchResult {
  readonly what: string
  readonly value: number
  readonly unit: string
  readonly limit: number
  readonly ratio: number
  /** null: nothing is promised, the number is for comparison. */
  readonly goal: string | null
  readonly holds: boolean | null
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

/** Value at a share of the sorted values: 0.99 is the 99th percentile. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}
