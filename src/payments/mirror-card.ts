import { and, eq, isNull, notInArray } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { dunningCases } from '#db/schema/collections.ts'
import { customers } from '#db/schema/customers.ts'
import { paymentMethods } from '#db/schema/payments.ts'
import type { ProviderCard } from '#src/gateways/payments/provider.ts'
import type { Instant } from '#src/kernel/time.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { cardToCharge, customerByProviderId, type CardRow } from './payment-rows.ts'

/** Writes a card as the provider has it now. A card without a customer is detached. */
export async function mirrorCard(
  ctx: Ctx,
  input: { card: ProviderCard; provider: string; createdAt: Instant },
): Promise<{ customerId: string | null }> {
  const { card } = input
  const mine = and(eq(paymentMethods.orgId, ctx.orgId), eq(paymentMethods.id, card.id))
  const [known] = await ctx.db.select().from(paymentMethods).where(mine)
  const owner =
    card.providerCustomerId === null
      ? null
      : await customerByProviderId(ctx, card.providerCustomerId)
  if (!owner) {
    if (known) await ctx.db.update(paymentMethods).set({ status: 'detached' }).where(mine)
    return { customerId: known?.customerId ?? null }
  }
  const row = {
    customerId: owner.id,
    provider: input.provider,
    brand: card.brand,
    last4: card.last4,
    expMonth: card.expMonth,
    expYear: card.expYear,
    fingerprint: card.fingerprint,
    status: 'attached' as const,
  }
  await ctx.db
    .insert(paymentMethods)
    .values({ ...row, orgId: ctx.orgId, id: card.id, createdAt: input.createdAt })
    .onConflictDoUpdate({ target: [paymentMethods.orgId, paymentMethods.id], set: row })
  return { customerId: owner.id }
}

/** Sets the default card as the provider has it. A customer that is not ours is left alone. */
export async function mirrorDefaultCard(
  ctx: Ctx,
  input: { providerCustomerId: string; cardId: string | null },
): Promise<{ customerId: string | null }> {
  const owner = await customerByProviderId(ctx, input.providerCustomerId)
  if (!owner) return { customerId: null }
  if (owner.defaultPaymentMethodId !== input.cardId) {
    await ctx.db
      .update(customers)
      .set({ defaultPaymentMethodId: input.cardId })
      .where(and(eq(customers.orgId, ctx.orgId), eq(customers.id, owner.id)))
    await recordAudit(ctx, {
      action: 'customer.default_card_changed',
      subject: { type: 'customer', id: owner.id },
      reason: 'the card on file changed at the provider',
      data: { from: owner.defaultPaymentMethodId, to: input.cardId },
    })
  }
  return { customerId: owner.id }
}

/** What a card is on file as: another card, or the same one with new numbers, is worth another charge. */
function updateCause(card: CardRow, renewed: boolean): string {
  return renewed
    ? `card_updated:${card.id}:${card.expYear}-${card.expMonth}`
    : `card_updated:${card.id}`
}

/**
 * A customer in dunning has another card (or the same one renewed): every open case is charged once with it.
 * Only the card that would be charged now counts. Twice changes nothing: the cause is in the job's key.
 */
export async function chargeOpenCases(
  ctx: Ctx,
  input: { customerId: string; cardId: string; renewed: boolean },
): Promise<number> {
  const { card } = await cardToCharge(ctx, input.customerId)
  if (card?.id !== input.cardId) return 0
  const open = await ctx.db
    .select({ invoiceId: dunningCases.invoiceId })
    .from(dunningCases)
    .where(
      and(
        eq(dunningCases.orgId, ctx.orgId),
        eq(dunningCases.customerId, input.customerId),
        notInArray(dunningCases.state, ['recovered', 'closed']),
        isNull(dunningCases.frozenReason),
      ),
    )
  const cause = updateCause(card, input.renewed)
  await enqueue(
    ctx,
    ...open.map(({ invoiceId }) => ({
      job: 'CHARGE_INVOICE',
      key: `${invoiceId}:${cause}`,
      payload: { invoiceId, cause },
    })),
  )
  return open.length
}
