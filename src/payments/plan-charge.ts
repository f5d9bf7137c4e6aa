import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { chargeAllowed } from '#src/collections/charge-allowed.ts'
import { AppError } from '#src/kernel/errors.ts'
import { previewOf, type Preview } from '#src/kernel/preview.ts'
import { cardToCharge, paymentsOfInvoice, type CardRow, type PaymentRow } from './payment-rows.ts'
import { decideCharge, type ChargeDecision } from './rules.ts'

/** Everything a charge is decided from, and the decision; nothing is written. */
interface PlannedCharge {
  readonly invoice: typeof invoices.$inferSelect
  readonly earlier: readonly PaymentRow[]
  readonly card: CardRow | null
  readonly providerCustomerId: string | null
  readonly dueMinor: bigint
  readonly decision: ChargeDecision<PaymentRow>
  /** Of limits and holds; null where no new charge is due. */
  readonly verdict: Awaited<ReturnType<typeof chargeAllowed>> | null
}

/** Null for an unknown invoice; the known one is locked. */
export async function planCharge(
  ctx: Ctx,
  input: { readonly invoiceId: string; readonly cause: string },
): Promise<PlannedCharge | null> {
  // The lock makes a settlement running beside us visible: either it is done, or its payment is still open.
  const [invoice] = await ctx.db
    .select()
    .from(invoices)
    .where(and(eq(invoices.orgId, ctx.orgId), eq(invoices.id, input.invoiceId)))
    .for('update')
  if (!invoice) return null
  const earlier = await paymentsOfInvoice(ctx, invoice.id)
  const { card, providerCustomerId } = await cardToCharge(ctx, invoice.customerId)
  const dueMinor = invoice.totalMinor - invoice.paidMinor - invoice.creditedMinor
  const decision = decideCharge({
    invoiceStatus: invoice.status,
    dueMinor,
    cause: input.cause,
    cardId: card?.id ?? null,
    payments: earlier,
  })
  const verdict =
    decision.kind === 'begin' && card && providerCustomerId !== null
      ? await chargeAllowed(ctx, {
          invoiceId: invoice.id,
          fingerprint: card.fingerprint,
          currency: invoice.currency,
          amountMinor: dueMinor,
          cause: input.cause,
        })
      : null
  return { invoice, earlier, card, providerCustomerId, dueMinor, decision, verdict }
}

/** What a charge would do: ask the provider for an amount on a card, or not, and why. */
export interface ChargeEffects {
  readonly action: 'charge'
  readonly invoiceId: string
  readonly number: string | null
  readonly currency: string
  readonly does: 'charge' | 'continue' | 'look_up' | 'cancel_first' | 'refuse'
  readonly reason: string | null
  readonly amountMinor: bigint
  readonly card: { readonly id: string; readonly brand: string; readonly last4: string } | null
  readonly attempt: number
}

export function chargeEffects(planned: PlannedCharge): ChargeEffects {
  const { invoice, card, earlier, dueMinor, decision } = planned
  const refusal = refusalOf(planned)
  const goesOn = 'payment' in decision ? decision.payment : null
  return {
    action: 'charge',
    invoiceId: invoice.id,
    number: invoice.number,
    currency: invoice.currency,
    does: refusal === null ? (decision.kind === 'begin' ? 'charge' : decision.kind) : 'refuse',
    reason: refusal,
    amountMinor: refusal === null ? (goesOn?.amountMinor ?? dueMinor) : 0n,
    card: card && { id: card.id, brand: card.brand, last4: card.last4 },
    attempt: goesOn?.attempt ?? (earlier.at(-1)?.attempt ?? 0) + 1,
  }
}

function refusalOf({ decision, card, providerCustomerId, verdict }: PlannedCharge): string | null {
  if (decision.kind === 'refuse') return decision.reason
  if (decision.kind !== 'begin') return null
  if (!card || providerCustomerId === null) return 'no_card'
  return verdict?.allowed ? null : (verdict?.reason ?? 'not_allowed')
}

/** What charging an invoice now, by hand, would do. @throws not_found */
export async function previewCharge(ctx: Ctx, invoiceId: string): Promise<Preview<ChargeEffects>> {
  const planned = await planCharge(ctx, { invoiceId, cause: 'manual:preview' })
  if (!planned) throw new AppError('not_found', `no invoice ${invoiceId}`)
  return previewOf(chargeEffects(planned))
}
