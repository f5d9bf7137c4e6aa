import type { Ctx } from '#db/context.ts'
import type { invoices } from '#db/schema/invoicing.ts'
import { payments } from '#db/schema/payments.ts'
import { recordPaymentFailure } from '#src/collections/record-failure.ts'
import { failPurchase } from '#src/credits/fail-purchase.ts'
import { AppError } from '#src/kernel/errors.ts'
import { previewOf, requireExpected } from '#src/kernel/preview.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import type { CardRow, PaymentRow } from './payment-rows.ts'
import { chargeEffects, planCharge } from './plan-charge.ts'
import { chargeKey, type ChargeRefusal } from './rules.ts'
import type { ChargeToSend } from './send-charge.ts'

type Invoice = typeof invoices.$inferSelect

/** What was decided, and written down, before the provider is asked. `begun`: an earlier run may have asked already. */
export type PreparedCharge =
  | { readonly kind: 'send'; readonly charge: ChargeToSend; readonly begun: boolean }
  | { readonly kind: 'cancel_first' | 'look_up'; readonly payment: PaymentRow }
  | { readonly kind: 'refused'; readonly reason: ChargeRefusal; readonly detail?: string }

interface ChargeInput {
  readonly invoiceId: string
  readonly cause: string
  readonly providerName: string
  /** A preview's: another charge than the one that was looked at is refused. */
  readonly expectedHash?: string
}

/** Loads, decides, and writes the payment row of a new attempt. @throws conflict for another `expectedHash`. */
export async function prepareCharge(ctx: Ctx, input: ChargeInput): Promise<PreparedCharge> {
  const planned = await planCharge(ctx, input)
  if (planned === null) return { kind: 'refused', reason: 'not_found' }
  const { invoice, earlier, card, providerCustomerId, dueMinor, decision, verdict } = planned
  const isDone = decision.kind === 'refuse' && decision.reason === 'cause_done'
  if (!isDone)
    requireExpected(input.expectedHash, previewOf(chargeEffects(planned)).hash, 'the charge')
  const invoiceNumber = invoice.number ?? invoice.id
  switch (decision.kind) {
    case 'refuse':
      return { kind: 'refused', reason: decision.reason }
    case 'cancel_first':
    case 'look_up':
      return decision
    case 'continue':
      return providerCustomerId === null
        ? { kind: 'look_up', payment: decision.payment }
        : {
            kind: 'send',
            charge: { payment: decision.payment, providerCustomerId, invoiceNumber },
            begun: true,
          }
    case 'begin': {
      if (!card || providerCustomerId === null) return refuse(ctx, invoice, input.cause, 'no_card')
      if (!verdict?.allowed)
        return refuse(ctx, invoice, input.cause, 'not_allowed', verdict?.reason)
      const payment = await begin(ctx, invoice, card, {
        attempt: (earlier.at(-1)?.attempt ?? 0) + 1,
        cause: input.cause,
        provider: input.providerName,
        amountMinor: dueMinor,
      })
      return { kind: 'send', charge: { payment, providerCustomerId, invoiceNumber }, begun: false }
    }
  }
}

async function refuse(
  ctx: Ctx,
  invoice: Invoice,
  cause: string,
  reason: 'no_card' | 'not_allowed',
  detail?: string,
): Promise<PreparedCharge> {
  await recordAudit(ctx, {
    action: 'payment.refused',
    subject: { type: 'invoice', id: invoice.id },
    reason: detail ?? reason,
    data: { cause },
  })
  // The first charge has no provider's answer to open the case with: without this nobody would ever ask for the money.
  if (cause === 'finalized' && !(await failPurchase(ctx, invoice.id, reason)))
    await recordPaymentFailure(ctx, {
      invoiceId: invoice.id,
      customerId: invoice.customerId,
      paymentId: `none:${invoice.id}:${cause}`,
      code: 'no_card',
      declineCode: null,
      networkCode: null,
      kind: 'failed',
    })
  return { kind: 'refused', reason, ...(detail === undefined ? {} : { detail }) }
}

async function begin(
  ctx: Ctx,
  invoice: Invoice,
  card: CardRow,
  plan: { attempt: number; cause: string; provider: string; amountMinor: bigint },
): Promise<PaymentRow> {
  const [payment] = await ctx.db
    .insert(payments)
    .values({
      ...plan,
      orgId: ctx.orgId,
      id: ctx.newId('pay'),
      invoiceId: invoice.id,
      customerId: invoice.customerId,
      kind: 'card',
      idempotencyKey: chargeKey(ctx.orgId, invoice.id, plan.attempt),
      paymentMethodId: card.id,
      fingerprint: card.fingerprint,
      currency: invoice.currency,
      refundedMinor: 0n,
      status: 'created',
      createdAt: ctx.now,
    })
    .onConflictDoNothing()
    .returning()
  if (!payment) throw new AppError('conflict', `invoice ${invoice.id} is being charged already`)
  return payment
}
