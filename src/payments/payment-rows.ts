import { and, asc, desc, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { customers } from '#db/schema/customers.ts'
import { paymentMethods, payments } from '#db/schema/payments.ts'

export type PaymentRow = typeof payments.$inferSelect
export type CardRow = typeof paymentMethods.$inferSelect

/** One payment, locked until the transaction ends, so that answer and webhook settle it one after the other. */
export async function lockPayment(ctx: Ctx, paymentId: string): Promise<PaymentRow | null> {
  const [row] = await ctx.db
    .select()
    .from(payments)
    .where(and(eq(payments.orgId, ctx.orgId), eq(payments.id, paymentId)))
    .for('update')
  return row ?? null
}

/** One payment as it stands, not locked. */
export async function readPayment(ctx: Ctx, paymentId: string): Promise<PaymentRow | null> {
  const [row] = await ctx.db
    .select()
    .from(payments)
    .where(and(eq(payments.orgId, ctx.orgId), eq(payments.id, paymentId)))
  return row ?? null
}

/** The payment a provider's object belongs to, by the provider's id; the newest if there were several. */
export async function paymentByRef(ctx: Ctx, providerRef: string): Promise<PaymentRow | null> {
  const [row] = await ctx.db
    .select()
    .from(payments)
    .where(and(eq(payments.orgId, ctx.orgId), eq(payments.providerRef, providerRef)))
    .orderBy(desc(payments.attempt))
    .limit(1)
  return row ?? null
}

/** All payments of an invoice, first attempt first. */
export async function paymentsOfInvoice(ctx: Ctx, invoiceId: string): Promise<PaymentRow[]> {
  return ctx.db
    .select()
    .from(payments)
    .where(and(eq(payments.orgId, ctx.orgId), eq(payments.invoiceId, invoiceId)))
    .orderBy(asc(payments.attempt))
}

/** The card that would be charged (the default while it is attached, else the newest one) and its owner. */
export async function cardToCharge(
  ctx: Ctx,
  customerId: string,
): Promise<{ card: CardRow | null; providerCustomerId: string | null }> {
  const [customer] = await ctx.db
    .select()
    .from(customers)
    .where(and(eq(customers.orgId, ctx.orgId), eq(customers.id, customerId)))
  const cards = await ctx.db
    .select()
    .from(paymentMethods)
    .where(
      and(
        eq(paymentMethods.orgId, ctx.orgId),
        eq(paymentMethods.customerId, customerId),
        eq(paymentMethods.status, 'attached'),
      ),
    )
    .orderBy(desc(paymentMethods.createdAt), desc(paymentMethods.id))
  return {
    card: cards.find(({ id }) => id === customer?.defaultPaymentMethodId) ?? cards[0] ?? null,
    providerCustomerId: customer?.providerCustomerId ?? null,
  }
}

/** The customer behind a provider's customer id, or null. */
export async function customerByProviderId(
  ctx: Ctx,
  providerCustomerId: string,
): Promise<typeof customers.$inferSelect | null> {
  const [row] = await ctx.db
    .select()
    .from(customers)
    .where(
      and(eq(customers.orgId, ctx.orgId), eq(customers.providerCustomerId, providerCustomerId)),
    )
  return row ?? null
}
