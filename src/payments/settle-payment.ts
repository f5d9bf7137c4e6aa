import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { payments } from '#db/schema/payments.ts'
import { recordPaymentFailure } from '#src/collections/record-failure.ts'
import { recordRecovery } from '#src/collections/record-recovery.ts'
import { failPurchase } from '#src/credits/fail-purchase.ts'
import type { ChargeOutcome } from '#src/gateways/payments/provider.ts'
import { applyPayment } from '#src/invoicing/apply-payment.ts'
import { AppError } from '#src/kernel/errors.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { lockPayment, type PaymentRow } from './payment-rows.ts'
import { lookUpDelayMinutes, statusAfter, type PaymentStatus } from './rules.ts'

/**
 * Settles a payment by what the provider says. The synchronous answer and the webhook both come here: whichever is
 * first moves the money and tells collections, the second changes nothing. A failure never unsets a success.
 * @returns the status the payment has now, and whether this call moved it.
 * @throws not_found for an unknown payment.
 */
export async function settlePayment(
  ctx: Ctx,
  input: { paymentId: string; outcome: ChargeOutcome },
): Promise<{ status: PaymentStatus; moved: boolean }> {
  const { outcome } = input
  const payment = await lockPayment(ctx, input.paymentId)
  if (!payment) throw new AppError('not_found', `no payment ${input.paymentId}`)
  const status = statusAfter(payment.status, outcome.kind)
  if (status === null) return { status: payment.status, moved: false }
  await ctx.db
    .update(payments)
    .set({ status, ...columnsOf(ctx, payment, outcome) })
    .where(and(eq(payments.orgId, ctx.orgId), eq(payments.id, payment.id)))
  await recordAudit(ctx, {
    action: `payment.${status}`,
    subject: { type: 'payment', id: payment.id },
    reason: reasonOf(outcome),
    data: {
      from: payment.status,
      to: status,
      invoiceId: payment.invoiceId,
      attempt: payment.attempt,
    },
  })
  await follow(ctx, payment, outcome)
  return { status, moved: true }
}

function columnsOf(
  ctx: Ctx,
  payment: PaymentRow,
  outcome: ChargeOutcome,
): Partial<typeof payments.$inferInsert> {
  const providerRef = 'providerRef' in outcome ? outcome.providerRef : null
  const settled = ['succeeded', 'failed', 'canceled'].includes(outcome.kind)
  return {
    providerRef: providerRef ?? payment.providerRef,
    settledAt: settled ? ctx.now : null,
    actionUrl: outcome.kind === 'requires_action' ? outcome.actionUrl : null,
    failureCode: outcome.kind === 'failed' ? outcome.code : null,
    declineCode: outcome.kind === 'failed' ? outcome.declineCode : null,
    networkCode: outcome.kind === 'failed' ? outcome.networkCode : null,
  }
}

function reasonOf(outcome: ChargeOutcome): string {
  if (outcome.kind === 'failed') return outcome.declineCode ?? outcome.code
  return outcome.kind === 'unknown' ? outcome.reason : 'the provider says so'
}

/** What an outcome causes elsewhere. */
async function follow(ctx: Ctx, payment: PaymentRow, outcome: ChargeOutcome): Promise<void> {
  switch (outcome.kind) {
    case 'succeeded':
      return bookMoney(ctx, payment, `clearing:${payment.provider}`)
    case 'failed':
    case 'requires_action':
      return tellCollections(ctx, payment, outcome)
    case 'unknown':
      return enqueue(ctx, lookUpJob(ctx, payment.id, 0))
    case 'processing':
    case 'canceled':
      return
  }
}

/** The look-up of a lost answer, later each time. */
export function lookUpJob(ctx: Ctx, paymentId: string, number: number) {
  return {
    job: 'SETTLE_UNKNOWN',
    key: `${paymentId}:${number}`,
    payload: { paymentId, lookUp: number },
    dueAt: ctx.now.add({ minutes: lookUpDelayMinutes(number) }),
  }
}

async function invoiceStatus(ctx: Ctx, invoiceId: string): Promise<string | null> {
  const [row] = await ctx.db
    .select({ status: invoices.status })
    .from(invoices)
    .where(and(eq(invoices.orgId, ctx.orgId), eq(invoices.id, invoiceId)))
  return row?.status ?? null
}

/** Received money onto its invoice; dunning ends once that is paid in full, a part payment does not end it. */
export async function bookMoney(
  ctx: Ctx,
  payment: Pick<PaymentRow, 'id' | 'invoiceId' | 'amountMinor'>,
  account: string,
): Promise<void> {
  const { invoiceId, amountMinor } = payment
  const { status } = await applyPayment(ctx, {
    invoiceId,
    paymentId: payment.id,
    amountMinor,
    account,
  })
  if (status === 'paid') await recordRecovery(ctx, { invoiceId })
}

async function tellCollections(
  ctx: Ctx,
  payment: PaymentRow,
  outcome: Extract<ChargeOutcome, { kind: 'failed' | 'requires_action' }>,
): Promise<void> {
  // Paid meanwhile by another way: there is nothing to collect.
  if ((await invoiceStatus(ctx, payment.invoiceId)) !== 'finalized') return
  const failed = outcome.kind === 'failed'
  // What was ordered is not delivered: it is called off, nobody is dunned for it.
  if (failed && (await failPurchase(ctx, payment.invoiceId, outcome.declineCode ?? outcome.code)))
    return
  await recordPaymentFailure(ctx, {
    invoiceId: payment.invoiceId,
    customerId: payment.customerId,
    paymentId: payment.id,
    code: failed ? outcome.code : 'authentication_required',
    declineCode: failed ? outcome.declineCode : null,
    networkCode: failed ? outcome.networkCode : null,
    kind: outcome.kind,
  })
}
