import { and, asc, desc, eq, isNotNull } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { contacts, customers, subscriptions } from '#db/schema/customers.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { autonomyOf, type AUTONOMY } from '../autonomy.ts'

/** The account an agent may speak about: the trigger's own, no other. */
export interface AccountEvidence {
  readonly id: string
  readonly name: string
  readonly status: 'trial' | 'active' | 'past_due' | 'suspended' | 'churned'
  readonly locale: string
  readonly timeZone: string
  readonly currency: string
  readonly manualHold: boolean
  readonly planId: string | null
  readonly contacts: readonly { readonly email: string; readonly name: string }[]
  readonly sellerName: string
  readonly supportEmail: string
  /** What the organisation lets agents do alone. */
  readonly autonomy: typeof AUTONOMY
}

/** Null when there is no such account. */
export async function loadAccountEvidence(
  ctx: Ctx,
  customerId: string,
): Promise<AccountEvidence | null> {
  // Asked together: they go out in one round trip.
  const [[customer], verified, [subscription], organization] = await Promise.all([
    ctx.db
      .select()
      .from(customers)
      .where(and(eq(customers.orgId, ctx.orgId), eq(customers.id, customerId))),
    ctx.db
      .select({ email: contacts.email, name: contacts.name })
      .from(contacts)
      .where(
        and(
          eq(contacts.orgId, ctx.orgId),
          eq(contacts.customerId, customerId),
          isNotNull(contacts.verifiedAt),
        ),
      )
      .orderBy(asc(contacts.id)),
    ctx.db
      .select({ planId: subscriptions.planId })
      .from(subscriptions)
      .where(and(eq(subscriptions.orgId, ctx.orgId), eq(subscriptions.customerId, customerId)))
      .orderBy(desc(subscriptions.startedAt))
      .limit(1),
    loadOrganization(ctx),
  ])
  if (!customer) return null
  return {
    id: customer.id,
    name: customer.name,
    status: customer.status,
    locale: customer.locale,
    timeZone: customer.timeZone,
    currency: customer.currency,
    manualHold: customer.manualHold,
    planId: subscription?.planId ?? null,
    contacts: verified,
    sellerName: organization.name,
    supportEmail: organization.settings.supportEmail,
    autonomy: autonomyOf(organization.settings.autonomy),
  }
}
