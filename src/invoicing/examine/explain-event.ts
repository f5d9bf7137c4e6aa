import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { customers, subscriptions } from '#db/schema/customers.ts'
import { findEvent, type EventReception, type StoredEvent } from '#src/metering/find-event.ts'
import { contains, parseInstant, periodNameAt, type Instant } from '#src/kernel/time.ts'
import { chargesOf } from '#src/pricing/plan-charges.ts'
import { planSegments, type PlanSegment } from '#src/pricing/segments.ts'
import type { BillingCase } from '../decision.ts'
import { loadBillingCases } from '../load-billing-cases.ts'
import { textProperties } from '../load-usage.ts'
import { invoiceAt, lateAt, linesAt } from './event-invoice.ts'
import { eventOutcome, type EVENT_OUTCOMES, type EventLine } from './event-reasons.ts'
import { describeCharge } from './line-steps.ts'

/** What one subscription of the account makes of an event. */
interface EventBilling {
  readonly subscriptionId: string
  readonly planId: string
  readonly pricingVersion: string
  /** The plan's charges for its metric, in words. */
  readonly charges: readonly string[]
  readonly invoice: {
    readonly id: string
    readonly number: string | null
    readonly status: string
  } | null
  /** Of its metric and stretch, on the invoice of its period. */
  readonly lines: readonly EventLine[]
  /** On a later invoice, where it came late. */
  readonly adjustments: readonly EventLine[]
  readonly outcome: (typeof EVENT_OUTCOMES)[number]
  /** In a sentence. */
  readonly because: string
}

/** Where an event is and why it is, or is not, on an invoice (REQUIREMENTS M10). */
export type EventExplanation =
  | Exclude<EventReception, StoredEvent>
  | (StoredEvent & {
      /** In a sentence. */
      readonly because: string
      /** Of each subscription of the account that was active at the event's time. */
      readonly billing: readonly EventBilling[]
    })

/**
 * Explains an event by its event id or its idempotency key.
 * @throws not_found when it was never received.
 */
export async function explainEvent(ctx: Ctx, id: string): Promise<EventExplanation> {
  const found = await findEvent(ctx, id)
  if (!('eventId' in found) || found.state === 'detached') return found
  const at = parseInstant(found.timestamp)
  const cases = await casesAt(ctx, found.customerId, at)
  const billing: EventBilling[] = []
  for (const one of cases) billing.push(await billingOf(ctx, found, at, one))
  return {
    ...found,
    because: [
      ...(found.withdrawal ? [withdrawalReason(found.withdrawal)] : []),
      ...(billing.length === 0
        ? ['the account had no active subscription at its time']
        : billing.map((one) => one.because)),
    ].join('; '),
    billing,
  }
}

function withdrawalReason({
  by,
  reason,
  replacedBy,
}: NonNullable<StoredEvent['withdrawal']>): string {
  const how = replacedBy === null ? 'cancelled' : `amended, ${replacedBy} counts in its place,`
  return `it was ${how} by ${by}: ${reason}`
}

interface CaseAt {
  readonly billing: BillingCase
  readonly segment: PlanSegment
}

async function casesAt(ctx: Ctx, customerId: string, at: Instant): Promise<CaseAt[]> {
  const rows = await ctx.db
    .select({
      id: subscriptions.id,
      anchorDay: subscriptions.anchorDay,
      timeZone: customers.timeZone,
    })
    .from(subscriptions)
    .innerJoin(
      customers,
      and(eq(customers.orgId, subscriptions.orgId), eq(customers.id, subscriptions.customerId)),
    )
    .where(and(eq(subscriptions.orgId, ctx.orgId), eq(subscriptions.customerId, customerId)))
    .orderBy(subscriptions.id)
  const found: CaseAt[] = []
  for (const { id: subscriptionId, anchorDay, timeZone } of rows) {
    const [billing] = await loadBillingCases(ctx, {
      customerIds: [customerId],
      periodName: periodNameAt(at, anchorDay, timeZone),
      subscriptionId,
    })
    const segment = billing && segmentAt(billing, at)
    if (billing && segment) found.push({ billing, segment })
  }
  return found
}

function segmentAt({ rating }: BillingCase, at: Instant): PlanSegment | undefined {
  try {
    return planSegments(rating).find(({ period }) => contains(period, at))
  } catch {
    return undefined
  }
}

async function billingOf(
  ctx: Ctx,
  event: StoredEvent,
  at: Instant,
  { billing, segment }: CaseAt,
): Promise<EventBilling> {
  const { subscriptionId } = billing
  const invoice = await invoiceAt(ctx, subscriptionId, at)
  const lines = invoice ? await linesAt(ctx, invoice, event.metric, at) : []
  const late = invoice
    ? await lateAt(ctx, invoice, {
        ...event,
        takenBack: event.withdrawal !== null,
      })
    : null
  const charges = chargesOf(segment.plan)
    .map(({ charge }) => charge)
    .filter(({ metric }) => metric === event.metric)
  const { outcome, because } = eventOutcome({
    properties: textProperties(event.properties),
    charges,
    freeTrial: segment.freeTrial,
    planId: segment.planId,
    metric: event.metric,
    invoice: invoice && { name: invoice.number ?? invoice.id, status: invoice.status },
    lines,
    late,
    isWithdrawn: event.withdrawal !== null,
  })
  return {
    subscriptionId,
    planId: segment.planId,
    pricingVersion: segment.document.version,
    charges: charges.map(describeCharge),
    invoice: invoice && { id: invoice.id, number: invoice.number, status: invoice.status },
    lines: event.withdrawal ? [] : lines,
    adjustments: late?.lines ?? [],
    outcome,
    because,
  }
}
