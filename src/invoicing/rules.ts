import { currencyDigits, parseCurrency } from '#src/kernel/currency.ts'
import { hashOf } from '#src/kernel/canonical.ts'
import { formatDecimal } from '#src/kernel/decimal.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { formatExact } from '#src/kernel/exact.ts'
import { formatMinor, sumMinor } from '#src/kernel/money.ts'
import {
  earlier,
  isBefore,
  instantText,
  lastInstant,
  monthlyPeriod,
  type Instant,
  type Period,
} from '#src/kernel/time.ts'
import { creditLines } from '#src/pricing/credit-lines.ts'
import { drawCredits } from '#src/pricing/credits.ts'
import type { RatedLine } from '#src/pricing/lines.ts'
import { rateSubscription, type RatingResult } from '#src/pricing/rate.ts'
import { planSegments } from '#src/pricing/segments.ts'
import { adjustmentLines, owedBackMinor } from './adjustments/rules.ts'
import type { SettledAdjustment } from './adjustments/shapes.ts'
import type { BillingCase, DraftLine, InvoiceDecision, InvoiceDraft, Seller } from './decision.ts'
import { decideTax, documentOf, type DraftTaxes } from './tax/draft-tax.ts'
import {
  heldCouponLines,
  itemLines,
  leftAfter,
  NOTHING_WAITING,
  type Claims,
  type Waiting,
} from './waiting.ts'
import { pricedTwice } from './priced-twice.ts'

export const PERIOD_NOT_OVER = 'period not over'
export const WINDOW_NOT_OVER = 'metering window not over'
export const NOT_ACTIVE = 'no active subscription and no usage'

/** No invoice that anybody means is higher, and the database holds nine times as much: one event must not stop a run. */
const MOST_MINOR = 10n ** 18n

/**
 * Whether and what to invoice for one subscription and period. Pure: the run, a single generation and the preview
 * share it. It takes up what waits for the customer: one-off items, then coupons on all of it, then prepaid credit on
 * what is left. A total below zero is refused: what we owe is a credit note, never an invoice.
 */
export function decideInvoice(
  billing: BillingCase,
  seller: Seller,
  now: Instant,
  waiting: Waiting = NOTHING_WAITING,
): InvoiceDecision {
  try {
    return withinSense(decide(billing, seller, now, waiting))
  } catch (error) {
    // A pricing document that does not fit one subscription must not stop everybody else's invoices.
    if (error instanceof AppError && error.code === 'invalid_input')
      return { kind: 'refused', reason: `cannot be rated: ${error.message}` }
    throw error
  }
}

function withinSense(decision: InvoiceDecision): InvoiceDecision {
  if (decision.kind !== 'draft') return decision
  const { currency, lines, totalMinor } = decision.draft
  const amounts = [totalMinor, ...lines.map(({ amountMinor }) => amountMinor)]
  if (amounts.every((amount) => amount <= MOST_MINOR && amount >= -MOST_MINOR)) return decision
  const most = `${formatMinor(MOST_MINOR, currency)} ${currency}`
  return {
    kind: 'refused',
    reason: `an amount would be beyond ${most}: correct its usage or price`,
  }
}

/**
 * The same for all invoices of a customer, in their order: what one takes up is not there for the next. All are refused
 * where they would bill the same usage.
 */
export function decideInvoices(
  cases: readonly BillingCase[],
  seller: Seller,
  now: Instant,
  waiting: Waiting,
): InvoiceDecision[] {
  const twice = pricedTwice(cases)
  if (twice !== null) return cases.map(() => ({ kind: 'refused', reason: twice }))
  let left = waiting
  return cases.map((billing) => {
    const decision = decideInvoice(billing, seller, now, left)
    if (decision.kind === 'draft') left = leftAfter(left, billing.periodName, decision.draft.claims)
    return decision
  })
}

/** Where a month begins before it begins anywhere else. */
const EARLIEST_ZONE = 'Etc/GMT-14'

/**
 * Nothing of a month can be due before somebody has lived in it.
 * @throws invalid_input naming `period` unless it reads like 2026-02 and has begun somewhere.
 */
export function requireBegun(periodName: string, now: Instant): void {
  const { start } = monthlyPeriod(periodName, 1, EARLIEST_ZONE)
  if (isBefore(now, start))
    throw invalidField(
      'period',
      `${periodName} has not begun: it is ${now.toString().slice(0, 10)}`,
    )
}

/** The part of the billing period that is billed: it ends early when the subscription does. */
export function billedPeriod(period: Period, canceledAt: Instant | null): Period {
  return canceledAt === null ? period : { ...period, end: earlier(period.end, canceledAt) }
}

function decide(
  billing: BillingCase,
  seller: Seller,
  now: Instant,
  waiting: Waiting,
): InvoiceDecision {
  if (planSegments(billing.rating).length === 0) return decideFinal(billing, seller, now, waiting)
  // A window of several months is invoiced once, by its own run: after that nothing of it is left.
  if (billing.periodName > billing.billedIn) return { kind: 'inactive', reason: NOT_ACTIVE }
  if (billing.periodName < billing.billedIn) return { kind: 'not_due', reason: WINDOW_NOT_OVER }
  const period = billedPeriod(billing.period, billing.canceledAt)
  if (isBefore(now, period.end)) return { kind: 'not_due', reason: PERIOD_NOT_OVER }
  const rated = rateSubscription(billing.rating)
  if (rated.currency !== billing.currency)
    return {
      kind: 'refused',
      reason: `the plan is in ${rated.currency}, the customer in ${billing.currency}`,
    }
  const draft = draftOf(
    billing,
    seller,
    period,
    withWaiting(billing, period, rated, waiting),
    'period',
    now,
  )
  if (draft.totalMinor < 0n)
    return {
      kind: 'refused',
      reason: `the total would be ${formatMinor(draft.totalMinor, draft.currency)} ${draft.currency}: below zero is a credit note, not an invoice${draft.lines.some(({ kind, amountMinor }) => kind === 'item' && amountMinor < 0n) ? '; its one-off items wait on' : ''}`,
    }
  return { kind: 'draft', draft }
}

/** All lines of an invoice before tax, and what of the waiting they have taken up. */
interface Composed {
  readonly currency: RatingResult['currency']
  readonly lines: readonly RatedLine[]
  readonly subtotalMinor: bigint
  readonly claims: Claims
  readonly adjustments: readonly SettledAdjustment[]
}

function withWaiting(
  billing: BillingCase,
  period: Period,
  rated: RatingResult,
  waiting: Waiting,
): Composed {
  const { currency } = rated
  const rounding = {
    digits: currencyDigits(currency),
    rule: documentOf(billing).roundingRule,
  }
  const items = itemLines(waiting.items, rounding, billing.rating.timeZone)
  const adjusted = adjustmentLines(
    billing.adjustments,
    sumMinor([...rated.lines, ...items].map(({ amountMinor }) => amountMinor)),
    currency,
    rated.lines.length,
  )
  // Before the coupons, which take their part of them as of any line.
  const lines = [...rated.lines, ...adjusted.lines, ...items]
  const scope = { currency, period, rounding, customerId: billing.customerId }
  const coupons = heldCouponLines(waiting, billing, lines, scope)
  lines.push(...coupons.map(({ line }) => line))
  const draws = drawCredits(waiting.credits, lines, lastInstant(period))
  lines.push(...creditLines(draws, waiting.credits, period, currency))
  return {
    currency,
    lines,
    subtotalMinor: subtotalOf(lines),
    claims: {
      itemIds: waiting.items.map(({ id }) => id),
      coupons: coupons.map(({ coupon, line }) => ({
        redemptionId: coupon.redemptionId,
        amountMinor: -line.amountMinor,
      })),
      draws,
    },
    adjustments: adjusted.settled,
  }
}

/**
 * A subscription that was not active in the period has no invoice, but for what came late for its last ones: that goes
 * on a final invoice of its own. What is owed back has no invoice to be taken off; a person credits it.
 */
function decideFinal(
  billing: BillingCase,
  seller: Seller,
  now: Instant,
  { credits }: Waiting,
): InvoiceDecision {
  const { adjustments, canceledAt, period } = billing
  const ended = canceledAt !== null && !isBefore(period.start, canceledAt)
  if (!ended || adjustments.every(({ metrics }) => metrics.length === 0))
    return { kind: 'inactive', reason: NOT_ACTIVE }
  if (isBefore(now, period.end)) return { kind: 'not_due', reason: PERIOD_NOT_OVER }
  const currency = parseCurrency(billing.currency)
  const adjusted = adjustmentLines(adjustments, 0n, currency, 0)
  if (subtotalOf(adjusted.lines) > 0n) {
    const draws = drawCredits(credits, adjusted.lines, lastInstant(period))
    const lines = [...adjusted.lines, ...creditLines(draws, credits, period, currency)]
    const composed = {
      currency,
      lines,
      subtotalMinor: subtotalOf(lines),
      claims: { itemIds: [], coupons: [], draws },
      adjustments: adjusted.settled,
    }
    return { kind: 'draft', draft: draftOf(billing, seller, period, composed, 'adjustment', now) }
  }
  const owed = formatMinor(owedBackMinor(adjustments), currency)
  return {
    kind: 'inactive',
    reason: `ended, and ${owed} ${currency} net are owed back for usage corrected since: credit them (owed-usage)`,
  }
}

function subtotalOf(lines: readonly RatedLine[]): bigint {
  return sumMinor(lines.map(({ amountMinor }) => amountMinor))
}

function draftOf(
  billing: BillingCase,
  seller: Seller,
  period: Period,
  rated: Composed,
  kind: InvoiceDraft['kind'],
  now: Instant,
): InvoiceDraft {
  const net = {
    customerId: billing.customerId,
    subscriptionId: billing.subscriptionId,
    periodName: billing.periodName,
    period,
    currency: rated.currency,
    lines: rated.lines.map(draftLine),
    taxes: [],
    subtotalMinor: rated.subtotalMinor,
    taxMinor: 0n,
    totalMinor: rated.subtotalMinor,
    pricingVersion: documentOf(billing).version,
    claims: rated.claims,
  }
  const { taxes, ...tax } = decideTax(billing, seller, net, () => contentHash(net), now)
  const taxMinor = sumMinor(taxes.map(({ amountMinor }) => amountMinor))
  const content = { ...net, taxes, taxMinor, totalMinor: net.subtotalMinor + taxMinor }
  return {
    ...content,
    ...tax,
    kind,
    seller: seller.party,
    buyer: billing.buyer,
    adjustments: rated.adjustments,
    ratedSnapshot: billing.ratedSnapshot,
    contentHash: contentHash(content),
  }
}

/** Where its taxes come from and what they wait for is no content. */
type TaxState = Exclude<keyof DraftTaxes, 'taxes'>

type Content = Omit<
  InvoiceDraft,
  'kind' | 'seller' | 'buyer' | 'adjustments' | 'ratedSnapshot' | 'contentHash' | TaxState
>

/** A rated line as a draft stores it. */
export function draftLine(line: RatedLine): DraftLine {
  return {
    kind: line.kind,
    metric: line.metric ?? null,
    description: line.description,
    wording: line.wording ?? null,
    quantity: line.quantity,
    unitPrice: line.unitPrice,
    amountMinor: line.amountMinor,
    exactAmount: formatExact(line.exact),
    period: line.period,
  }
}

/** Of what an invoice says: its lines, taxes and totals. */
export function contentHash(content: Content): string {
  const span = ({ start, end }: Period) => `${instantText(start)}/${instantText(end)}`
  const { claims, ...shown } = content
  return hashOf({
    ...shown,
    // Only where there are any: the hash of every other invoice is that of its lines, taxes and totals.
    ...(claims.itemIds.length + claims.coupons.length > 0 ? { claims } : {}),
    period: span(content.period),
    lines: content.lines.map((line) => ({
      ...line,
      quantity: formatDecimal(line.quantity),
      unitPrice: line.unitPrice === null ? null : formatDecimal(line.unitPrice),
      period: span(line.period),
    })),
    taxes: content.taxes.map((tax) => ({
      ...tax,
      rate: formatDecimal(tax.rate),
      taxPoint: instantText(tax.taxPoint),
    })),
  })
}
