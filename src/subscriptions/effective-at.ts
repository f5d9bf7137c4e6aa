import { and, asc, eq, gt, inArray } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { invalidField } from '#src/kernel/errors.ts'
import type { Instant } from '#src/kernel/time.ts'
import { stateAt, type Subscription } from './load-subscription.ts'

/** When something takes effect, as it was asked for. */
export interface Effect {
  readonly at?: Instant
  readonly when?: 'now' | 'period_end'
}

/** The instant something takes effect at (default: now), and the field that says so. */
export async function effectiveAt(
  ctx: Ctx,
  subscription: Subscription,
  { at, when }: Effect,
): Promise<{ readonly at: Instant; readonly field: 'at' | 'when' }> {
  if (when !== 'period_end') return { at: at ?? ctx.now, field: when ? 'when' : 'at' }
  const { period } = await stateAt(ctx, subscription, ctx.now)
  return { at: period.end, field: 'when' }
}

/**
 * What is billed for good cannot become something else: a change before the end of the last finalized invoice would be
 * on none.
 * @throws invalid_input naming `path` and the invoice.
 */
export async function refuseInvoiced(
  ctx: Ctx,
  subscriptionId: string,
  at: Instant,
  path: string,
): Promise<void> {
  const [invoice] = await ctx.db
    .select({ number: invoices.number, periodEnd: invoices.periodEnd })
    .from(invoices)
    .where(
      and(
        eq(invoices.orgId, ctx.orgId),
        eq(invoices.subscriptionId, subscriptionId),
        inArray(invoices.status, ['finalized', 'paid', 'uncollectible']),
        gt(invoices.periodEnd, at),
      ),
    )
    .orderBy(asc(invoices.periodEnd))
    .limit(1)
  if (invoice)
    throw invalidField(
      path,
      `lies in what invoice ${invoice.number ?? ''} has billed, until ${invoice.periodEnd.toString()}`,
    )
}
