import { and, eq, ne } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { customers, subscriptions } from '#db/schema/customers.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { Customer } from './load-customer.ts'

/**
 * Refuses another currency (REQUIREMENTS I5) once the customer has invoices, or a subscription that is priced in the
 * present one. Locks the customer; the database refuses the same where two transactions meet.
 * @throws refused naming the field
 */
export async function requireChangeableCurrency(
  ctx: Ctx,
  customer: Customer,
  wanted: string | undefined,
): Promise<void> {
  if (wanted === undefined || wanted === customer.currency) return
  await ctx.db
    .select({ id: customers.id })
    .from(customers)
    .where(and(eq(customers.orgId, ctx.orgId), eq(customers.id, customer.id)))
    .for('update')
  const [invoice] = await ctx.db
    .select({ id: invoices.id })
    .from(invoices)
    .where(and(eq(invoices.orgId, ctx.orgId), eq(invoices.customerId, customer.id)))
    .limit(1)
  if (invoice) throw refusal(`there are invoices in ${customer.currency}`)
  const [subscription] = await ctx.db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(
      and(
        eq(subscriptions.orgId, ctx.orgId),
        eq(subscriptions.customerId, customer.id),
        ne(subscriptions.status, 'canceled'),
      ),
    )
    .limit(1)
  if (subscription)
    throw refusal(`subscription ${subscription.id} is priced in ${customer.currency}`)
}

function refusal(why: string): AppError {
  const message = `a customer has one currency, and ${why}`
  return new AppError('refused', `currency: ${message}`, {
    fields: [{ path: 'currency', message }],
  })
}
