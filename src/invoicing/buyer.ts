import { and, asc, eq, sql } from 'drizzle-orm'
import { anyOf, type Ctx } from '#db/context.ts'
import { contacts, customers } from '#db/schema/customers.ts'
import type { Party } from '#db/schema/invoicing.ts'
import type { BillingCase } from './decision.ts'

/** Each customer's address for invoices: the billing contact, else the owner, else a technical one. */
export async function billingEmails(
  ctx: Ctx,
  customerIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await ctx.db
    .select({ customerId: contacts.customerId, email: contacts.email, role: contacts.role })
    .from(contacts)
    .where(and(eq(contacts.orgId, ctx.orgId), sql`${contacts.customerId} = ${anyOf(customerIds)}`))
    .orderBy(asc(contacts.createdAt), asc(contacts.id))
  const rank = { billing: 0, owner: 1, technical: 2 }
  rows.sort((a, b) => rank[b.role] - rank[a.role])
  return new Map(rows.map(({ customerId, email }) => [customerId, email]))
}

/** The customer as it stands on an invoice, and as far as tax looks at it. */
export function buyerOf(
  customer: typeof customers.$inferSelect,
  email: string | null,
): Pick<BillingCase, 'customerId' | 'currency' | 'buyer' | 'taxBuyer' | 'taxIdRecord' | 'street'> {
  const { address } = customer
  const place = [address.postalCode, address.city].filter(Boolean).join(' ')
  const buyer: Party = {
    name: customer.name,
    lines: [address.line1, address.line2, place].filter((line): line is string => Boolean(line)),
    country: customer.country,
    region: customer.region,
    taxId: customer.taxId,
    email,
  }
  return {
    customerId: customer.id,
    currency: customer.currency,
    buyer,
    taxBuyer: {
      country: customer.country,
      region: customer.region,
      postalCode: address.postalCode ?? null,
      city: address.city ?? null,
      taxId: customer.taxId,
      taxIdStatus: customer.taxIdStatus,
      taxExempt: customer.taxExempt,
      locale: customer.locale,
    },
    taxIdRecord: {
      source: customer.taxIdSource,
      checkedAt: customer.taxIdCheckedAt,
      pendingSince: customer.taxIdPendingSince,
    },
    street: { line1: address.line1 ?? null, line2: address.line2 ?? null },
  }
}
