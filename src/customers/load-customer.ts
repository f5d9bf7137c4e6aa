import { and, asc, eq, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { contacts, customers } from '#db/schema/customers.ts'
import { AppError } from '#src/kernel/errors.ts'

export type Customer = typeof customers.$inferSelect
export type Contact = typeof contacts.$inferSelect

/** @throws not_found */
export async function loadCustomer(ctx: Pick<Ctx, 'db' | 'orgId'>, id: string): Promise<Customer> {
  const [row] = await ctx.db
    .select()
    .from(customers)
    .where(and(eq(customers.orgId, ctx.orgId), eq(customers.id, id)))
  if (!row) throw new AppError('not_found', `no customer ${id}`)
  return row
}

/** Billing contacts first, then owners, then technical ones, each in the order of their making. */
export async function contactsOf(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  customerId: string,
): Promise<Contact[]> {
  return ctx.db
    .select()
    .from(contacts)
    .where(and(eq(contacts.orgId, ctx.orgId), eq(contacts.customerId, customerId)))
    .orderBy(
      sql`case ${contacts.role} when 'billing' then 0 when 'owner' then 1 else 2 end`,
      asc(contacts.createdAt),
      asc(contacts.id),
    )
}

/** Who invoices and reminders go to: the first billing contact, else the owner; null when the account has neither. */
export async function billingContact(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  customerId: string,
): Promise<{ email: string; name: string } | null> {
  const [first] = await contactsOf(ctx, customerId)
  return first && first.role !== 'technical' ? { email: first.email, name: first.name } : null
}
