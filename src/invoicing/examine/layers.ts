import { currencyDigits, parseCurrency } from '#src/kernel/currency.ts'
import { formatDecimal } from '#src/kernel/decimal.ts'
import { formatMinor, sumMinor } from '#src/kernel/money.ts'
import type { RatedLine } from '#src/pricing/lines.ts'
import { roundExactText } from './exact-text.ts'
import type { LineRow, StoredDocument } from './find-invoice.ts'
import { isRated } from './load-as-rated.ts'
import type { HourDifference } from './recount-usage.ts'

/** From what was measured to what was paid; the first one with a difference is where it arose. */
export const LAYERS = [
  'events',
  'quantities',
  'lines',
  'totals',
  'tax',
  'ledger',
  'payments',
] as const
export type LayerName = (typeof LAYERS)[number]

export interface Difference {
  /** "line 3", "api_calls 2026-02-10T12:00:00Z", "receivable". */
  readonly where: string
  readonly expected: string
  readonly found: string
}

export interface Layer {
  readonly layer: LayerName
  /** What was compared, in words. */
  readonly compared: string
  /** null: it could not be checked; `note` says why. */
  readonly ok: boolean | null
  readonly note: string | null
  readonly differences: readonly Difference[]
}

export function layer(
  name: LayerName,
  compared: string,
  differences: readonly Difference[],
  note: string | null = null,
): Layer {
  return { layer: name, compared, ok: differences.length === 0, note, differences }
}

export function unchecked(name: LayerName, compared: string, note: string): Layer {
  return { layer: name, compared, ok: null, note, differences: [] }
}

export function eventsLayer(hours: readonly HourDifference[]): Layer {
  return layer(
    'events',
    'raw events with the hourly buckets',
    hours.map(({ metric, hour, events, bucket }) => ({
      where: `${metric} ${hour}`,
      expected: `${events.sum} in ${events.count} events`,
      found: `${bucket.sum} in ${bucket.count} in the bucket`,
    })),
  )
}

/** Quantities as rated again with those on the invoice. */
export function quantitiesLayer(rated: readonly RatedLine[], stored: readonly LineRow[]): Layer {
  return layer(
    'quantities',
    'usage rated again with the quantities on the lines',
    compareLines(rated, stored, ({ quantity }) => formatDecimal(quantity)),
  )
}

/** Amounts as rated again with those on the invoice, and each line's own rounding. */
export function linesLayer(
  rated: readonly RatedLine[] | null,
  { invoice, lines }: StoredDocument,
  roundingRule: Parameters<typeof roundExactText>[2] | null,
): Layer {
  const currency = parseCurrency(invoice.currency)
  const amounts = rated
    ? compareLines(rated, lines, ({ amountMinor }) => formatMinor(amountMinor, currency))
    : []
  const priced = rated
    ? compareLines(rated, lines, ({ unitPrice }) =>
        unitPrice === null ? 'none' : formatDecimal(unitPrice),
      )
    : []
  const rounded = lines.flatMap((line, index): Difference[] => {
    if (!isRated(line) || roundingRule === null) return []
    const expected = roundExactText(line.exactAmount, currencyDigits(currency), roundingRule)
    // Minimums, maximums and split base fees are differences of rounded amounts: any way of rounding them may be right.
    const taken = ['included', 'usage', 'overage', 'addon'].includes(line.kind)
    return expected === null || !taken || expected === line.amountMinor
      ? []
      : [
          {
            where: `line ${index + 1}: ${line.exactAmount} rounded`,
            expected: formatMinor(expected, currency),
            found: formatMinor(line.amountMinor, currency),
          },
        ]
  })
  return layer('lines', 'the rating with the invoice lines', [...amounts, ...priced, ...rounded])
}

function compareLines(
  rated: readonly RatedLine[],
  stored: readonly LineRow[],
  shown: (line: Pick<RatedLine, 'quantity' | 'unitPrice' | 'amountMinor'>) => string,
): Difference[] {
  const own = stored.flatMap((line, index) => (isRated(line) ? [{ line, index }] : []))
  return Array.from({ length: Math.max(rated.length, own.length) }, (_, at): Difference[] => {
    const [expected, found] = [rated[at], own[at]]
    const [wanted, has] = [
      expected ? shown(expected) : 'no such line',
      found ? shown(found.line) : 'no such line',
    ]
    const number = found ? `line ${found.index + 1}` : 'a line that is missing'
    return wanted === has
      ? []
      : [
          {
            where: `${number}: ${found?.line.description ?? expected?.description ?? ''}`,
            expected: wanted,
            found: has,
          },
        ]
  }).flat()
}

export function totalsLayer({ invoice, lines }: StoredDocument): Layer {
  const money = amountsIn(invoice.currency)
  const sum = sumMinor(lines.map(({ amountMinor }) => amountMinor))
  return layer('totals', 'the lines with subtotal and total', [
    ...money('subtotal', sum, invoice.subtotalMinor),
    ...money('total', invoice.subtotalMinor + invoice.taxMinor, invoice.totalMinor),
  ])
}

/** Compares two amounts; equal ones are no difference. */
export function amountsIn(code: string) {
  const currency = parseCurrency(code)
  return (where: string, expected: bigint, found: bigint): Difference[] =>
    expected === found
      ? []
      : [{ where, expected: formatMinor(expected, currency), found: formatMinor(found, currency) }]
}
