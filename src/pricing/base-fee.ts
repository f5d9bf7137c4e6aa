import { exactOf } from '#src/kernel/exact.ts'
import { isBefore, later, type Instant, type Period } from '#src/kernel/time.ts'
import { describePlain, sharePhrases } from './describe.ts'
import { singleLine, type RatedLine } from './lines.ts'
import { phrase, plainWording } from './phrases.ts'
import { NOTHING, prorateMinor, shareOf, shareOfPrice, type Share } from './proration.ts'
import type { PlanSegment, SubscriptionTerms } from './segments.ts'

interface BilledPart {
  readonly span: Period
  readonly share: Share
}

/**
 * Each segment's base fee, prorated; undefined where none is due (a price of zero, a trial, a part without a day).
 * Segments of one price are split from one rounded amount, so that together they cost what one would have.
 * With proration `none` the plan that the period ends on is due in full.
 */
export function baseFeeLines(
  terms: SubscriptionTerms,
  segments: readonly PlanSegment[],
  trialEndsAt: Instant | undefined,
  digits: number,
): (RatedLine | undefined)[] {
  const parts = segments.map((segment, index) =>
    billedPart(terms, segment, trialEndsAt, index === segments.length - 1),
  )
  const amounts = prorateMinor(
    segments.map(({ document, plan }, index) => ({
      key: document.proration,
      price: exactOf(plan.basePrice),
      share: parts[index]?.share ?? NOTHING,
      rounding: { digits, rule: document.roundingRule },
    })),
  )
  return segments.map(({ document, plan }, index) => {
    const [part, amountMinor] = [parts[index], amounts[index]]
    if (!part || !amountMinor) return undefined
    const wording = plainWording(plan.name ?? plan.id, [
      phrase('baseFee'),
      ...sharePhrases(part.share, part.span, terms.timeZone, document.proration),
    ])
    return singleLine(
      {
        kind: 'base_fee',
        description: describePlain(wording),
        wording,
        amountMinor,
        exact: shareOfPrice(plan.basePrice, part.share),
        period: part.span,
      },
      digits,
    )
  })
}

function billedPart(
  terms: SubscriptionTerms,
  { document, period }: PlanSegment,
  trialEndsAt: Instant | undefined,
  last: boolean,
): BilledPart {
  const start = trialEndsAt ? later(period.start, trialEndsAt) : period.start
  const span = { start, end: period.end }
  const due = isBefore(start, period.end) && (last || document.proration !== 'none')
  const share = due ? shareOf(span, terms.period, terms.timeZone, document.proration) : NOTHING
  return { span, share }
}
