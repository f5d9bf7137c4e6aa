import type { Currency } from '#src/kernel/currency.ts'
import type { ReplayRow } from './rules.ts'

/** Sums of one currency, over the subscriptions that could be rated both ways. */
interface ReplayTotals {
  readonly currency: Currency
  readonly subscriptions: number
  readonly oldMinor: bigint
  readonly newMinor: bigint
  readonly differenceMinor: bigint
  readonly dearer: number
  readonly cheaper: number
  readonly same: number
}

export interface ReplaySummary {
  readonly totals: readonly ReplayTotals[]
  /** The largest differences either way, largest first. */
  readonly topMovers: readonly ReplayRow[]
  /** How many could not be compared, by reason. */
  readonly problems: readonly { readonly problem: string; readonly subscriptions: number }[]
  /** Used metrics that would have no price, with the number of subscriptions that use them. */
  readonly unpriced: readonly { readonly metric: string; readonly subscriptions: number }[]
}

/** Takes rows one by one and keeps no more of them than the top movers. */
export function replaySummary(movers: number): {
  add(row: ReplayRow): void
  result(): ReplaySummary
} {
  const totals = new Map<Currency, ReplayTotals>()
  const problems = new Map<string, number>()
  const unpriced = new Map<string, number>()
  let top: ReplayRow[] = []
  return {
    add: (row) => {
      for (const { metric } of row.unpriced) unpriced.set(metric, (unpriced.get(metric) ?? 0) + 1)
      if (row.problem !== null) problems.set(row.problem, (problems.get(row.problem) ?? 0) + 1)
      if (row.currency === null || row.differenceMinor === null) return
      totals.set(row.currency, added(totals.get(row.currency), row))
      if (row.differenceMinor === 0n) return
      top.push(row)
      if (top.length >= 2 * movers + 100) top = largest(top, movers)
    },
    result: () => ({
      totals: [...totals.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1)),
      topMovers: largest(top, movers),
      problems: counted(problems).map(([problem, subscriptions]) => ({ problem, subscriptions })),
      unpriced: counted(unpriced).map(([metric, subscriptions]) => ({ metric, subscriptions })),
    }),
  }
}

function added(before: ReplayTotals | undefined, row: ReplayRow): ReplayTotals {
  const difference = row.differenceMinor ?? 0n
  const sums = before ?? {
    subscriptions: 0,
    oldMinor: 0n,
    newMinor: 0n,
    differenceMinor: 0n,
    dearer: 0,
    cheaper: 0,
    same: 0,
  }
  return {
    currency: row.currency as Currency,
    subscriptions: sums.subscriptions + 1,
    oldMinor: sums.oldMinor + (row.oldMinor ?? 0n),
    newMinor: sums.newMinor + (row.newMinor ?? 0n),
    differenceMinor: sums.differenceMinor + difference,
    dearer: sums.dearer + (difference > 0n ? 1 : 0),
    cheaper: sums.cheaper + (difference < 0n ? 1 : 0),
    same: sums.same + (difference === 0n ? 1 : 0),
  }
}

/** Currencies are not compared with each other: the number of minor units decides, then the account. */
function largest(rows: readonly ReplayRow[], count: number): ReplayRow[] {
  const size = ({ differenceMinor }: ReplayRow) =>
    differenceMinor === null ? 0n : differenceMinor < 0n ? -differenceMinor : differenceMinor
  return rows
    .toSorted((a, b) =>
      size(a) === size(b)
        ? a.subscriptionId < b.subscriptionId
          ? -1
          : 1
        : size(a) > size(b)
          ? -1
          : 1,
    )
    .slice(0, count)
}

function counted(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
}
