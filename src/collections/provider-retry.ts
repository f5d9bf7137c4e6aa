import { and, eq, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { providerEvents } from '#db/schema/payments.ts'
import { isBefore, Temporal } from '#src/kernel/time.ts'

const STAND_DOWN_HOURS = 24

/**
 * Why the provider's own retry comes first, or null: an invoice that Stripe manages too (its invoice names ours in the
 * metadata) has a `next_payment_attempt` less than 24 hours away (DUNNING_POLICY §2). Known from the latest
 * invoice.payment_failed of the customer.
 */
export async function providerRetryHold(ctx: Ctx, invoiceId: string): Promise<string | null> {
  const object = sql`${providerEvents.payload} -> 'data' -> 'object'`
  const [event] = await ctx.db
    .select({ next: sql<string | null>`${object} ->> 'next_payment_attempt'` })
    .from(providerEvents)
    .innerJoin(
      invoices,
      and(
        eq(invoices.orgId, providerEvents.orgId),
        eq(invoices.customerId, providerEvents.customerId),
      ),
    )
    .where(
      and(
        eq(providerEvents.orgId, ctx.orgId),
        eq(invoices.id, invoiceId),
        eq(providerEvents.type, 'invoice.payment_failed'),
        sql`${object} -> 'metadata' ->> 'invoice_id' = ${invoiceId}`,
      ),
    )
    .orderBy(sql`(${providerEvents.payload} ->> 'created')::bigint desc nulls last`)
    .limit(1)
  const seconds = Number(event?.next ?? Number.NaN)
  if (!Number.isInteger(seconds)) return null
  const next = Temporal.Instant.fromEpochMilliseconds(seconds * 1000)
  const near =
    isBefore(ctx.now.subtract({ hours: STAND_DOWN_HOURS }), next) &&
    isBefore(next, ctx.now.add({ hours: STAND_DOWN_HOURS }))
  return near ? `the provider retries itself at ${next.toString()}` : null
}
