import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Scope } from '#db/context.ts'
import { contacts, customers } from '#db/schema/customers.ts'
import type { ProviderFor } from '#src/gateways/payments/provider.ts'
import { AppError } from '#src/kernel/errors.ts'
import { recordAudit } from '#src/tenancy/audit.ts'

/**
 * The customer's id at the provider, created there once.
 * @throws not_found for an unknown customer.
 */
export async function setUpProviderCustomer(
  scope: Scope,
  deps: { providerFor: ProviderFor },
  input: { customerId: string },
): Promise<string> {
  const found = await scope.transact(async (ctx) => {
    const [row] = await ctx.db
      .select({ customer: customers, email: contacts.email })
      .from(customers)
      .leftJoin(
        contacts,
        and(
          eq(contacts.orgId, customers.orgId),
          eq(contacts.customerId, customers.id),
          eq(contacts.role, 'billing'),
        ),
      )
      .where(and(eq(customers.orgId, ctx.orgId), eq(customers.id, input.customerId)))
      .orderBy(contacts.createdAt, contacts.id)
      .limit(1)
    return row
  })
  if (!found) throw new AppError('not_found', `no customer ${input.customerId}`)
  const { customer, email } = found
  if (customer.providerCustomerId !== null) return customer.providerCustomerId
  const provider = deps.providerFor(scope)
  const created = await provider.createCustomer({
    idempotencyKey: `${scope.orgId}:customer:${customer.id}`,
    name: customer.name,
    email,
    metadata: { org_id: scope.orgId, customer_id: customer.id },
  })
  return scope.transact(async (ctx) => {
    const mine = and(eq(customers.orgId, ctx.orgId), eq(customers.id, customer.id))
    const linked = await ctx.db
      .update(customers)
      .set({ providerCustomerId: created.id })
      .where(and(mine, isNull(customers.providerCustomerId)))
      .returning({ id: customers.id })
    if (linked.length === 1)
      await recordAudit(ctx, {
        action: 'customer.linked_to_provider',
        subject: { type: 'customer', id: customer.id },
        reason: `the customer pays through ${provider.name}`,
        data: { providerCustomerId: created.id },
      })
    const [row] = await ctx.db
      .select({ id: sql<string>`${customers.providerCustomerId}` })
      .from(customers)
      .where(mine)
    return row?.id ?? created.id
  })
}
