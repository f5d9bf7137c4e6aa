import { decimalOf, DECIMAL_SCALE, type Decimal } from '#src/kernel/decimal.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { exactRatio } from '#src/kernel/exact.ts'
import { earlier, isBefore, later, type Instant, type Period } from '#src/kernel/time.ts'
import { describePlain, sharePhrases } from './describe.ts'
import type { RatedLine } from './lines.ts'
import { phrase, plainWording } from './phrases.ts'
import { isWhole, prorateMinor, shareOf, type HeldShare } from './proration.ts'
import type { PlanSegment, SubscriptionTerms } from './segments.ts'
import type { AddOn, Proration } from './shapes.ts'

/** An add-on the subscription holds; `from` and `to` default to the active part of the period. */
export interface HeldAddOn {
  readonly id: string
  readonly quantity: Decimal
  readonly from?: Instant | undefined
  readonly to?: Instant | undefined
}

/**
 * A line per held add-on: price × quantity, prorated to the days it was held while the subscription was active and
 * past its trial.
 * @throws invalid_input naming `addons[i]` for an unknown add-on, another currency or a negative quantity.
 */
export function addOnLines(
  terms: SubscriptionTerms,
  segments: readonly PlanSegment[],
  addons: readonly HeldAddOn[],
  digits: number,
): RatedLine[] {
  const billed = addons.flatMap((held, index) => {
    const path = `addons[${index}]`
    if (held.quantity < 0n) throw invalidField(`${path}.quantity`, 'must not be negative')
    const span = spanOf(held, segments, terms.trialEndsAt)
    const found = definitionOf(held.id, segments, span, path)
    return found && span ? billedAddOn(terms, held, found, span, digits) : []
  })
  const amounts = prorateMinor(billed)
  return billed.flatMap((item, index) =>
    item.share.part === 0n ? [] : [addOnLine(terms, item, amounts[index] ?? 0n)],
  )
}

interface Found {
  readonly addon: AddOn
  readonly segment: PlanSegment
}

function spanOf(
  held: HeldAddOn,
  segments: readonly PlanSegment[],
  trialEndsAt: Instant | undefined,
): Period | undefined {
  const [first, last] = [segments[0], segments.at(-1)]
  if (!first || !last) return undefined
  const paid = trialEndsAt ? later(first.period.start, trialEndsAt) : first.period.start
  const start = held.from ? later(paid, held.from) : paid
  const end = held.to ? earlier(last.period.end, held.to) : last.period.end
  return isBefore(start, end) ? { start, end } : undefined
}

/** The terms in force when the add-on's time ends; earlier ones where those do not know it. */
function definitionOf(
  id: string,
  segments: readonly PlanSegment[],
  span: Period | undefined,
  path: string,
): Found | undefined {
  const [first] = segments
  if (!first) return undefined
  const held = segments.filter(({ period }) => !span || isBefore(period.start, span.end))
  for (const segment of held.toReversed()) {
    const addon = [...segment.plan.addons, ...segment.document.addons].find((it) => it.id === id)
    if (!addon) continue
    if (addon.currency !== undefined && addon.currency !== first.plan.currency)
      throw invalidField(
        path,
        `"${id}" is in ${addon.currency}, the plan in ${first.plan.currency}`,
      )
    return { addon, segment }
  }
  throw invalidField(`${path}.id`, `"${id}" is not an add-on of the pricing document`)
}

interface BilledAddOn extends HeldShare {
  readonly addon: AddOn
  readonly method: Proration
  readonly planId: string
  readonly quantity: Decimal
  readonly span: Period
}

function billedAddOn(
  { period, timeZone }: SubscriptionTerms,
  held: HeldAddOn,
  { addon, segment: { document, planId } }: Found,
  span: Period,
  digits: number,
): BilledAddOn[] {
  const quantity = addon.perUnit ? held.quantity : decimalOf(held.quantity > 0n ? 1 : 0)
  if (quantity === 0n) return []
  return [
    {
      key: JSON.stringify([addon.id, document.proration]),
      price: addon.price,
      share: shareOf(span, period, timeZone, document.proration),
      rounding: { digits, rule: document.roundingRule },
      addon,
      method: document.proration,
      planId,
      quantity,
      span,
    },
  ]
}

function addOnLine(
  { timeZone }: SubscriptionTerms,
  { addon, method, planId, price, quantity, share, span }: BilledAddOn,
  amountMinor: bigint,
): RatedLine {
  const wording = plainWording(addon.name ?? addon.id, [
    ...(quantity === DECIMAL_SCALE ? [] : [phrase('times', { number: quantity })]),
    ...sharePhrases(share, span, timeZone, method),
  ])
  return {
    kind: 'addon',
    planId,
    description: describePlain(wording, ', '),
    wording,
    quantity,
    unitPrice: isWhole(share) ? addon.price : null,
    amountMinor,
    exact: exactRatio(price * quantity * share.part, DECIMAL_SCALE * DECIMAL_SCALE * share.whole),
    period: span,
  }
}
