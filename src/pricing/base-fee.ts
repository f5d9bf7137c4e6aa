import { describePlain, sharePhrases } from './describe.ts'
import type { BilledShare } from './billed-share.ts'
import { singleLine, type RatedLine } from './lines.ts'
import { phrase, plainWording } from './phrases.ts'
import { ONE, prorateMinor, shareOfPrice } from './proration.ts'
import type { PlanSegment, SubscriptionTerms } from './segments.ts'

/**
 * Each segment's base fee for its billed share; undefined where none is due (a price of zero, a trial, a part without
 * a day). Segments of one price are split from one rounded amount, so that together they cost what one would have.
 */
export function baseFeeLines(
  { timeZone }: SubscriptionTerms,
  segments: readonly PlanSegment[],
  billed: readonly BilledShare[],
  digits: number,
): (RatedLine | undefined)[] {
  const held = billed.flatMap(({ share }, index) => {
    const segment = segments[index]
    if (!segment) return []
    const { document, plan } = segment
    const rounding = { digits, rule: document.roundingRule }
    return [{ key: document.proration, price: plan.basePrice, quantity: ONE, share, rounding }]
  })
  const amounts = prorateMinor(held)
  return segments.map(({ document, plan }, index) => {
    const [part, amountMinor] = [billed[index], amounts[index]]
    if (!part || !amountMinor) return undefined
    const { share, span } = part
    const wording = plainWording(plan.name ?? plan.id, [
      phrase('baseFee'),
      ...sharePhrases(share, span, timeZone, document.proration),
    ])
    return singleLine(
      {
        kind: 'base_fee',
        description: describePlain(wording),
        wording,
        amountMinor,
        exact: shareOfPrice(plan.basePrice, share),
        period: span,
      },
      digits,
    )
  })
}
