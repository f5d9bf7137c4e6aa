import { and, eq } from 'drizzle-orm'
import type { Scope } from '#db/context.ts'
import { customers } from '#db/schema/customers.ts'
import type { ProviderCard, ProviderFor } from '#src/gateways/payments/provider.ts'
import { sha256 } from '#src/kernel/canonical.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { chargeOpenCases, mirrorCard, mirrorDefaultCard } from './mirror-card.ts'
import { setUpProviderCustomer } from './set-up-provider-customer.ts'

/**
 * Puts a card on file and makes it the default; `token` comes from the provider's card form (sandbox: a test card).
 * A customer in dunning is charged with it at once. `requestKey` tells two cards of the same kind apart.
 * @throws not_found for an unknown customer, refused or invalid_input when the provider does not take the card.
 */
export async function attachCard(
  scope: Scope,
  deps: { providerFor: ProviderFor },
  input: { customerId: string; token: string; requestKey?: string },
): Promise<ProviderCard> {
  const providerCustomerId = await setUpProviderCustomer(scope, deps, input)
  const provider = deps.providerFor(scope)
  // The token goes in hashed: in the sandbox it may be a card number.
  const what = sha256(`${input.token}:${input.requestKey ?? ''}`).slice(0, 32)
  const card = await provider.attachCard({
    idempotencyKey: `${scope.orgId}:card:${input.customerId}:${what}`,
    providerCustomerId,
    token: input.token,
  })
  await scope.transact(async (ctx) => {
    await mirrorCard(ctx, { card, provider: provider.name, createdAt: ctx.now })
    await mirrorDefaultCard(ctx, { providerCustomerId, cardId: card.id })
    await ctx.db
      .update(customers)
      .set({ collection: 'card' })
      .where(and(eq(customers.orgId, ctx.orgId), eq(customers.id, input.customerId)))
    await recordAudit(ctx, {
      action: 'customer.card_attached',
      subject: { type: 'customer', id: input.customerId },
      reason: 'a card was put on file',
      data: { paymentMethodId: card.id, brand: card.brand, last4: card.last4 },
    })
    await chargeOpenCases(ctx, { customerId: input.customerId, cardId: card.id, renewed: false })
  })
  return card
}
