import { and, asc, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { contacts } from '#db/schema/customers.ts'

/** A verified contact of a customer that mail reaches: the only kind of address that mail goes to. */
export interface Recipient {
  readonly email: string
  readonly name: string
}

/** The verified contact that bills go to: billing, else owner, else technical; the oldest of its role. */
export async function billingRecipient(ctx: Ctx, customerId: string): Promise<Recipient | null> {
  const [row] = await ctx.db
    .select({ email: contacts.email, name: contacts.name })
    .from(contacts)
    .where(
      and(
        eq(contacts.orgId, ctx.orgId),
        eq(contacts.customerId, customerId),
        isNotNull(contacts.verifiedAt),
        isNull(contacts.mailStopped),
      ),
    )
    .orderBy(
      sql`array_position(array['billing', 'owner', 'technical'], ${contacts.role})`,
      asc(contacts.createdAt),
      asc(contacts.id),
    )
    .limit(1)
  return row ?? null
}

/** The verified contact of this customer with this address (lower case), if there is one. */
export async function contactOf(
  ctx: Ctx,
  customerId: string,
  email: string,
): Promise<Recipient | null> {
  const [row] = await ctx.db
    .select({ email: contacts.email, name: contacts.name })
    .from(contacts)
    .where(
      and(
        eq(contacts.orgId, ctx.orgId),
        eq(contacts.customerId, customerId),
        eq(contacts.email, email),
        isNotNull(contacts.verifiedAt),
        isNull(contacts.mailStopped),
      ),
    )
    .limit(1)
  return row ?? null
}
