import { z } from 'zod'
import type { Currency } from '#src/kernel/currency.ts'
import { currencyDigits } from '#src/kernel/currency.ts'
import { DECIMAL_SCALE, type Decimal } from '#src/kernel/decimal.ts'
import type { FieldProblem } from '#src/kernel/errors.ts'
import { isBefore, type Period } from '#src/kernel/time.ts'
import type { CreditGrant } from './credits.ts'
import {
  AboveZero,
  CurrencyCode,
  InstantValue,
  NameText,
  PositiveOrZero,
  WholeNumber,
} from './fields.ts'
import { invalidSource } from './problems.ts'

/** A grant in USAGE.json of `rate`; amounts in whole units of the plan's currency. */
export const CreditInput = z
  .strictObject({
    id: NameText,
    name: NameText.optional(),
    kind: z.enum(['paid', 'promotional']).default('paid'),
    amount: AboveZero,
    /** Default: all of it. */
    remaining: PositiveOrZero.optional(),
    /** Default: the plan's; another one is refused. */
    currency: CurrencyCode.optional(),
    /** Lower is drawn first. */
    priority: WholeNumber.default(50),
    /** Default: the start of the period. */
    effectiveAt: InstantValue.optional(),
    expiresAt: InstantValue.optional(),
    /** Metrics whose lines it pays; default: everything. */
    appliesTo: z.array(NameText).min(1, 'must name a metric').optional(),
  })
  .refine(({ amount, remaining }) => remaining === undefined || remaining <= amount, {
    path: ['remaining'],
    error: 'must not be above amount',
  })
  .refine(
    ({ effectiveAt, expiresAt }) => !effectiveAt || !expiresAt || isBefore(effectiveAt, expiresAt),
    { path: ['expiresAt'], error: 'must be after effectiveAt' },
  )
export type CreditInput = z.infer<typeof CreditInput>

/**
 * The grants of USAGE.json as the drawing rules read them.
 * @throws invalid_input naming `credits[i]`: an id given twice, another currency than the plan's, more digits than the
 *   currency has, or a metric that has no price in the plan.
 */
export function grantsOf(
  credits: readonly CreditInput[],
  plan: {
    readonly currency: Currency
    readonly metrics: ReadonlySet<string>
    readonly period: Period
  },
): CreditGrant[] {
  const problems = credits.flatMap((credit, index) => problemsIn(credit, index, credits, plan))
  if (problems.length > 0) throw invalidSource('usage', problems)
  return credits.map((credit) => ({
    id: credit.id,
    name: credit.name ?? null,
    kind: credit.kind,
    priority: credit.priority,
    effectiveAt: credit.effectiveAt ?? plan.period.start,
    expiresAt: credit.expiresAt ?? null,
    appliesTo: credit.appliesTo ?? null,
    availableMinor: minorOf(credit.remaining ?? credit.amount, plan.currency) ?? 0n,
  }))
}

function problemsIn(
  credit: CreditInput,
  index: number,
  credits: readonly CreditInput[],
  { currency, metrics }: { readonly currency: Currency; readonly metrics: ReadonlySet<string> },
): FieldProblem[] {
  const at = `credits[${index}]`
  const problems: FieldProblem[] = []
  if (credits.findIndex(({ id }) => id === credit.id) < index)
    problems.push({ path: `${at}.id`, message: `"${credit.id}" is there twice` })
  if (credit.currency !== undefined && credit.currency !== currency)
    problems.push({
      path: `${at}.currency`,
      message: `is ${credit.currency}, the plan is in ${currency}`,
    })
  for (const field of ['amount', 'remaining'] as const) {
    const value = credit[field]
    if (value !== undefined && minorOf(value, currency) === null)
      problems.push({
        path: `${at}.${field}`,
        message: `${currency} has ${currencyDigits(currency)} digits after the point`,
      })
  }
  for (const [position, metric] of (credit.appliesTo ?? []).entries())
    if (!metrics.has(metric))
      problems.push({
        path: `${at}.appliesTo[${position}]`,
        message: `"${metric}" has no price in the plan`,
      })
  return problems
}

/** Minor units of an amount in whole units; null where the currency has fewer digits. */
function minorOf(amount: Decimal, currency: Currency): bigint | null {
  const scaled = amount * 10n ** BigInt(currencyDigits(currency))
  return scaled % DECIMAL_SCALE === 0n ? scaled / DECIMAL_SCALE : null
}
