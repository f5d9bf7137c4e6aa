import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { refunds } from '#db/schema/payments.ts'
import { reversePayment } from '#src/invoicing/reverse-payment.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { formatMinor } from '#src/kernel/money.ts'
import { previewOf, requireExpected, type Preview } from '#src/kernel/preview.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { lockPayment, type PaymentRow } from './payment-rows.ts'
import { refundableMinor, type RefundRow } from './refund-rows.ts'

export interface RefundRequest {
  readonly paymentId: string
  /** In the payment's currency; 'full': all that can still go back. */
  readonly amountMinor: bigint | 'full'
  /** Checked against the payment's where it is given. */
  readonly currency?: string
  readonly reason: string
  readonly approvedBy: string
  /** Derived from the thing ("credit_note:cn_1"): the same thing is one refund, at the provider too. */
  readonly key: string
  readonly creditNoteId?: string
  /** A preview's: another refund than the one that was looked at is refused. */
  readonly expectedHash?: string
}

/** What a refund would do. */
export interface RefundEffects {
  readonly action: 'refund'
  readonly paymentId: string
  readonly invoiceId: string
  readonly kind: PaymentRow['kind']
  readonly currency: string
  readonly amountMinor: bigint
}

/**
 * Decides that money goes back and sets it aside in the books: what was overpaid or credited leaves the customer's
 * credit, the rest is owed again. A card is refunded by a job under the request's own key, a transfer is a payable for a
 * person. The same key again changes nothing.
 * @throws not_found; conflict for a payment that did not succeed, or a key that refunded something else; invalid_input for another currency, zero or less; refused
 *   for more than can go back, or credit that pays other invoices.
 */
export async function requestRefund(ctx: Ctx, request: RefundRequest): Promise<RefundRow> {
  const payment = await lockPayment(ctx, request.paymentId)
  if (!payment) throw new AppError('not_found', `no payment ${request.paymentId}`)
  const key = refundKey(ctx, request.key)
  const known = await refundOfKey(ctx, key)
  if (known) return sameRefund(known, request)
  const amountMinor = await refundedAmount(ctx, payment, request)
  const { hash } = previewOf(refundEffects(payment, amountMinor))
  requireExpected(request.expectedHash, hash, 'the refund')
  const id = ctx.newId('ref')
  await reversePayment(ctx, {
    invoiceId: payment.invoiceId,
    paymentId: payment.id,
    amountMinor,
    account: 'refunds_payable',
    key: id,
    cause: 'refund',
    approval: request.approvedBy,
    onlyFreeCredit: true,
  })
  const [refund] = await ctx.db
    .insert(refunds)
    .values({
      orgId: ctx.orgId,
      id,
      paymentId: payment.id,
      invoiceId: payment.invoiceId,
      customerId: payment.customerId,
      creditNoteId: request.creditNoteId ?? null,
      idempotencyKey: key,
      kind: payment.kind,
      currency: payment.currency,
      amountMinor,
      status: payment.kind === 'card' ? 'requested' : 'to_pay',
      reason: request.reason,
      approvedBy: request.approvedBy,
      createdAt: ctx.now,
    })
    .returning()
  if (!refund) throw new AppError('internal', 'the refund was not stored')
  if (refund.kind === 'card')
    await enqueue(ctx, { job: 'REFUND_PAYMENT', key: id, payload: { refundId: id } })
  await recordAudit(ctx, {
    action: 'refund.requested',
    subject: { type: 'payment', id: payment.id },
    reason: request.reason,
    data: {
      refundId: id,
      amount: formatMinor(amountMinor, parseCurrency(payment.currency)),
      currency: payment.currency,
      approvedBy: request.approvedBy,
    },
  })
  return refund
}

/** What giving back would do. @throws as `requestRefund`. */
export async function previewRefund(
  ctx: Ctx,
  wanted: Pick<RefundRequest, 'paymentId' | 'amountMinor'>,
): Promise<Preview<RefundEffects>> {
  const payment = await lockPayment(ctx, wanted.paymentId)
  if (!payment) throw new AppError('not_found', `no payment ${wanted.paymentId}`)
  return previewOf(refundEffects(payment, await refundedAmount(ctx, payment, wanted)))
}

function refundEffects(payment: PaymentRow, amountMinor: bigint): RefundEffects {
  const { id: paymentId, invoiceId, kind, currency } = payment
  return { action: 'refund', paymentId, invoiceId, kind, currency, amountMinor }
}

/** The provider sees one key per thing, whatever process asks. */
export function refundKey({ orgId }: Pick<Ctx, 'orgId'>, key: string): string {
  return `refund:${orgId}:${key}`
}

async function refundedAmount(
  ctx: Ctx,
  payment: PaymentRow,
  { amountMinor: wanted, currency }: Pick<RefundRequest, 'amountMinor' | 'currency'>,
): Promise<bigint> {
  if (payment.status !== 'succeeded')
    throw new AppError(
      'conflict',
      `payment ${payment.id} is ${payment.status}: nothing was collected`,
    )
  if (currency !== undefined && currency !== payment.currency)
    throw invalidField('currency', `the payment is in ${payment.currency}`)
  const most = await refundableMinor(ctx, payment)
  const amountMinor = wanted === 'full' ? most : wanted
  if (wanted !== 'full' && amountMinor <= 0n)
    throw invalidField('amountMinor', 'must be above zero')
  if (amountMinor > most || most === 0n) {
    const message = `at most ${formatMinor(most, parseCurrency(payment.currency))} ${payment.currency} of this payment can go back`
    throw new AppError('refused', message, { fields: [{ path: 'amountMinor', message }] })
  }
  return amountMinor
}

function sameRefund(known: RefundRow, { paymentId, amountMinor, key }: RefundRequest): RefundRow {
  const same =
    known.paymentId === paymentId && (amountMinor === 'full' || amountMinor === known.amountMinor)
  if (!same) throw new AppError('conflict', `key "${key}" was used for another refund`)
  return known
}

async function refundOfKey(ctx: Ctx, key: string): Promise<RefundRow | undefined> {
  const [row] = await ctx.db
    .select()
    .from(refunds)
    .where(and(eq(refunds.orgId, ctx.orgId), eq(refunds.idempotencyKey, key)))
  return row
}
