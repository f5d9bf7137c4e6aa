import type { InvoiceEvidence } from '#src/approvals/evidence/invoices.ts'
import type { Decimal } from '#src/kernel/decimal.ts'
import { sumMinor } from '#src/kernel/money.ts'
import { billedUnder, countsUsage } from './line-words.ts'

type Line = InvoiceEvidence['lines'][number]

/** What one thing that is billed brought to the difference between two invoices. */
interface DifferencePart {
  readonly name: string
  readonly metric: string | null
  readonly changeMinor: bigint
  /** Billed units; null where the lines count something else (packages, flat parts). */
  readonly units: { readonly before: Decimal; readonly now: Decimal } | null
}

/** parts + rest + tax = total, exactly. */
export interface BillDifference {
  /** Largest first. */
  readonly parts: readonly DifferencePart[]
  /** What the parts beyond the longest list bring together. */
  readonly restMinor: bigint
  readonly taxMinor: bigint
  readonly totalMinor: bigint
}

const LONGEST_LIST = 8

/**
 * Takes the difference of two invoices of one currency apart, by what the lines bill, whatever tiers or prices they
 * stand at. Null where the figures of an invoice do not add up: a difference that cannot be shown is not explained.
 */
export function billDifference(
  invoice: InvoiceEvidence,
  previous: InvoiceEvidence,
): BillDifference | null {
  if (invoice.currency !== previous.currency) return null
  if (!addsUp(invoice) || !addsUp(previous)) return null
  const before = groupedLines(previous)
  const now = groupedLines(invoice)
  const parts = [...new Set([...now.keys(), ...before.keys()])]
    .map((key) => partOf(now.get(key) ?? [], before.get(key) ?? []))
    .filter(({ changeMinor }) => changeMinor !== 0n)
    .sort((a, b) => compareDown(magnitude(a.changeMinor), magnitude(b.changeMinor)))
  // A list that leaves one part out names it instead.
  const shown = parts.length > LONGEST_LIST + 1 ? parts.slice(0, LONGEST_LIST) : parts
  const difference = {
    parts: shown,
    restMinor: sumMinor(parts.slice(shown.length).map(({ changeMinor }) => changeMinor)),
    taxMinor: invoice.taxMinor - previous.taxMinor,
    totalMinor: invoice.totalMinor - previous.totalMinor,
  }
  return sumsExactly(difference) ? difference : null
}

/** Whether what is named comes to the whole difference. */
function sumsExactly({ parts, restMinor, taxMinor, totalMinor }: BillDifference): boolean {
  return sumMinor(parts.map(({ changeMinor }) => changeMinor)) + restMinor + taxMinor === totalMinor
}

function addsUp({ lines, subtotalMinor, taxMinor, totalMinor }: InvoiceEvidence): boolean {
  const sum = sumMinor(lines.map(({ amountMinor }) => amountMinor))
  return sum === subtotalMinor && subtotalMinor + taxMinor === totalMinor
}

function groupedLines({ lines }: InvoiceEvidence): Map<string, Line[]> {
  const groups = new Map<string, Line[]>()
  for (const line of lines) {
    const key = `${line.metric ?? line.kind} ${billedUnder(line)}`
    groups.set(key, [...(groups.get(key) ?? []), line])
  }
  return groups
}

function partOf(now: readonly Line[], before: readonly Line[]): DifferencePart {
  const lines = [...now, ...before]
  const [first] = lines
  const sum = (some: readonly Line[]) => sumMinor(some.map(({ amountMinor }) => amountMinor))
  const units = (some: readonly Line[]) =>
    some.reduce((total, { quantity }) => total + quantity, 0n) as Decimal
  return {
    name: first ? billedUnder(first) : '',
    metric: first?.metric ?? null,
    changeMinor: sum(now) - sum(before),
    units: lines.every(countsUsage) ? { before: units(before), now: units(now) } : null,
  }
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value
}

function compareDown(a: bigint, b: bigint): number {
  return a === b ? 0 : a > b ? -1 : 1
}
