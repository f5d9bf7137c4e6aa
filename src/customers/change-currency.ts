import { and, eq, sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { customers } from '#db/schema/customers.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { Customer } from './load-customer.ts'

/**
 * Refuses another currency (REQUIREMENTS I5) once anything of the customer is in the present one: invoices, a
 * subscription, prepaid credit, a one-off item. Locks the customer; the database refuses the same for invoices where
 * two transactions meet.
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
  const [held] = await rowsOf<{ what: string }>(
    ctx.db,
    sql`select what from (
        select 1 as rank, 'there are invoices' as what from invoices
          where org_id = ${ctx.orgId} and customer_id = ${customer.id}
        union all select 2, 'subscription ' || id || ' is priced' from subscriptions
          where org_id = ${ctx.orgId} and customer_id = ${customer.id} and status <> 'canceled'
        union all select 3, 'there is prepaid credit' from credit_grants
          where org_id = ${ctx.orgId} and customer_id = ${customer.id}
        union all select 4, 'one-off item ' || id || ' is priced' from invoice_items
          where org_id = ${ctx.orgId} and customer_id = ${customer.id}
      ) held order by rank limit 1`,
  )
  if (!held) return
  const message = `a customer has one currency, and ${held.what} in ${customer.currency}`
  throw new AppError('refused', `currency: ${message}`, { fields: [{ path: 'currency', message }] })
}
