import { currencyDigits, type Currency } from '#src/kernel/currency.ts'
import { exactOfMinor } from '#src/kernel/exact.ts'
import { describePlain, metricName } from '#src/pricing/describe.ts'
import { singleLine, type RatedLine } from '#src/pricing/lines.ts'
import { phrase, plainWording } from '#src/pricing/phrases.ts'
import type { AdjustedMetric, DueAdjustment, SettledAdjustment } from './shapes.ts'

/** Adjustment lines of one invoice, and what they settle. */
export interface Adjustments {
  readonly lines: readonly RatedLine[]
  readonly settled: readonly SettledAdjustment[]
}

/**
 * The lines that bring billed periods up to date on an invoice whose other lines come to `subtotalMinor`.
 *
 * Rounding is carried by taking the difference of rounded sums: each rating rounds its lines once, and what was billed
 * are minor units, so that a period's invoice and its adjustments always come to one rating of all its events. Nothing
 * falls below zero: what would be given back beyond that stays due, for the invoice after this one.
 */
export function adjustmentLines(
  due: readonly DueAdjustment[],
  subtotalMinor: bigint,
  currency: Currency,
  firstPosition: number,
): Adjustments {
  const dearer = due.flatMap((adjustment) =>
    adjustment.metrics.map(({ ratedMinor, billedMinor }) => ratedMinor - billedMinor),
  )
  let left = subtotalMinor
  for (const difference of dearer) if (difference > 0n) left += difference
  if (left < 0n) left = 0n
  const lines: RatedLine[] = []
  const settled = due.map((adjustment): SettledAdjustment => {
    let whole = true
    const parts = adjustment.metrics.flatMap((metric) => {
      const difference = metric.ratedMinor - metric.billedMinor
      const amountMinor = difference < -left ? -left : difference
      if (difference < 0n) left += amountMinor
      whole &&= amountMinor === difference
      if (amountMinor === 0n) return []
      const position = firstPosition + lines.length
      lines.push(adjustmentLine(adjustment, metric, amountMinor, currency))
      return [{ ...metric, amountMinor, position }]
    })
    return { due: adjustment, parts, whole }
  })
  return { lines, settled }
}

/** What is owed back on balance when there is no invoice to take it off; 0 when nothing is. */
export function owedBackMinor(due: readonly DueAdjustment[]): bigint {
  const sum = due
    .flatMap(({ metrics }) => metrics)
    .reduce((total, { ratedMinor, billedMinor }) => total + ratedMinor - billedMinor, 0n)
  return sum < 0n ? -sum : 0n
}

function adjustmentLine(
  { periodName, period, originalNumber }: DueAdjustment,
  { metric }: AdjustedMetric,
  amountMinor: bigint,
  currency: Currency,
): RatedLine {
  const digits = currencyDigits(currency)
  const subject = metric === '' ? 'Minimum, maximum, commitment' : metricName(metric)
  const wording = plainWording(subject, [
    phrase('usageCorrected', { text: periodName, text2: originalNumber }),
  ])
  return singleLine(
    {
      kind: 'adjustment',
      ...(metric === '' ? {} : { metric }),
      description: describePlain(wording),
      wording,
      amountMinor,
      // A difference of rounded sums is exact as it is.
      exact: exactOfMinor(amountMinor, digits),
      period,
    },
    digits,
  )
}
