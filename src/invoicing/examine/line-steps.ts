import { currencyDigits, parseCurrency } from '#src/kernel/currency.ts'
import { formatDecimal } from '#src/kernel/decimal.ts'
import { compareExact, exactOf, multiplyExact, type RoundingRule } from '#src/kernel/exact.ts'
import { formatMinor, sumMinor } from '#src/kernel/money.ts'
import type { Charge } from '#src/pricing/charge-shapes.ts'
import { groupDigits } from '#src/pricing/models/part.ts'
import type { AdjustmentBehind } from './adjustment-behind.ts'
import { exactFromText, roundExactText } from './exact-text.ts'
import type { LineRow } from './find-invoice.ts'
import type { UsageBehind } from './usage-behind.ts'

/** All that a line is explained from. */
export interface LineFacts {
  readonly line: LineRow
  readonly currency: string
  /** null: the document cannot be told any more. */
  readonly roundingRule: RoundingRule | null
  readonly charges: readonly Charge[]
  readonly usage: UsageBehind | null
  /** The buckets it is read from hold usage that came after the rating as well. */
  readonly holdsLate: boolean
  /** Lines of the same metric and stretch, this one among them, with their numbers. */
  readonly siblings: readonly { readonly number: number; readonly line: LineRow }[]
  readonly adjustment: AdjustmentBehind | null
  /** null: it could not be rated again. */
  readonly reproduced: boolean | null
}

/** The arithmetic of a line, a sentence a step, every number from the books or reckoned here. */
export function lineSteps(facts: LineFacts): string[] {
  return [
    ...usageSteps(facts),
    ...(facts.adjustment ? adjustmentSteps(facts.adjustment, facts.currency) : []),
    ...productSteps(facts),
    ...(facts.reproduced === null
      ? []
      : [
          facts.reproduced
            ? 'rating the period again gives this very line'
            : 'rating the period again does NOT give this line: investigate the invoice',
        ]),
  ]
}

function usageSteps({ usage, holdsLate, charges, siblings, currency }: LineFacts): string[] {
  if (!usage) return []
  const { events, days, sum, metric } = usage
  const late = holdsLate ? ', what came after the invoice among it' : ''
  const from =
    usage.source === 'buckets' ? `from hourly buckets (raw events are detached${late})` : ''
  return [
    `${number(sum)} ${metric} in ${events} events on ${days.length} days ${from}`.trim(),
    ...charges.map(describeCharge),
    ...(siblings.length > 1
      ? [
          ...siblings.map(
            ({ number: n, line }) =>
              `line ${n}: ${groupDigits(line.quantity)} → ${money(line.amountMinor, currency)}`,
          ),
          togetherStep(siblings, usage, charges, currency),
        ]
      : []),
  ]
}

/** Whether the tiers hold the whole usage: so it is where one charge prices a sum. */
function togetherStep(
  siblings: LineFacts['siblings'],
  { sum }: UsageBehind,
  charges: readonly Charge[],
  currency: string,
): string {
  const used = siblings.filter(({ line }) => ['included', 'usage', 'overage'].includes(line.kind))
  const quantity = used.reduce((total, { line }) => total + line.quantity, 0n)
  const amount = money(sumMinor(siblings.map(({ line }) => line.amountMinor)), currency)
  const [only, ...others] = charges
  const isWhole =
    only?.aggregation === 'sum' &&
    others.length === 0 &&
    ['per_unit', 'graduated', 'volume'].includes(only.model) &&
    Object.keys(only.filter).length === 0
  const text = formatDecimal(quantity as LineRow['quantity'])
  if (!isWhole) return `together: ${amount}`
  return text === sum
    ? `together: ${number(text)} = all that was used, ${amount}`
    : `together: ${number(text)}, but ${number(sum)} was used; ${amount}`
}

/** "charge: graduated over the sum; first 10,000 free". */
export function describeCharge(charge: Charge): string {
  const filter = Object.entries(charge.filter).map(
    ([name, values]) => `${name} ${values.join('|')}`,
  )
  const parts = [
    `${charge.model} over the ${charge.aggregation}`,
    charge.freeUnits > 0n ? `first ${groupDigits(charge.freeUnits)} free` : '',
    filter.length > 0 ? `only ${filter.join(', ')}` : '',
    charge.groupBy.length > 0 ? `each ${charge.groupBy.join(', ')} by itself` : '',
    charge.bucket ? `each ${charge.bucket}'s maximum` : '',
  ]
  return `charge: ${parts.filter((part) => part !== '').join('; ')}`
}

function productSteps({ line, currency, roundingRule }: LineFacts): string[] {
  const digits = currencyDigits(parseCurrency(currency))
  const exact = exactFromText(line.exactAmount)
  const product =
    line.unitPrice === null ? null : multiplyExact(exactOf(line.quantity), exactOf(line.unitPrice))
  const whole = product !== null && exact !== null && compareExact(product, exact) === 0
  const first =
    whole && line.unitPrice !== null
      ? `${groupDigits(line.quantity)} × ${formatDecimal(line.unitPrice)} = ${line.exactAmount} ${currency}`
      : `${line.exactAmount} ${currency} before rounding`
  const rounded =
    roundingRule === null ? null : roundExactText(line.exactAmount, digits, roundingRule)
  const shown = money(line.amountMinor, currency)
  return [
    first,
    rounded === line.amountMinor
      ? `${line.exactAmount} rounded (${roundingRule}) to ${digits} digits = ${shown}`
      : `amount ${shown}`,
  ]
}

function adjustmentSteps(adjustment: AdjustmentBehind, currency: string): string[] {
  const { late, earlier } = adjustment
  return [
    `usage of ${adjustment.period}, first billed on ${adjustment.originalNumber}`,
    ...late.map(
      ({ quantity, events, metric }) => `late: ${number(quantity)} ${metric} in ${events} events`,
    ),
    `billed on ${adjustment.originalNumber}: ${money(adjustment.originalMinor, currency)}`,
    ...earlier.map(
      ({ number: n, amountMinor }) => `adjusted on ${n}: ${money(amountMinor, currency)}`,
    ),
    `rated again: ${money(adjustment.ratedMinor, currency)}`,
    `${money(adjustment.ratedMinor, currency)} − ${money(adjustment.billedMinor, currency)} = ${money(adjustment.ratedMinor - adjustment.billedMinor, currency)}`,
    ...(adjustment.amountMinor === adjustment.ratedMinor - adjustment.billedMinor
      ? []
      : [
          `as far as the invoice does not fall below zero: ${money(adjustment.amountMinor, currency)}; the rest is carried on`,
        ]),
  ]
}

function money(minor: bigint, currency: string): string {
  return `${formatMinor(minor, parseCurrency(currency))} ${currency}`
}

function number(text: string): string {
  const [whole = '', fraction] = text.split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}
