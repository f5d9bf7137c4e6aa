import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { refunds } from '#db/schema/payments.ts'
import { refundStatus } from '#src/gateways/payments/refund-answer.ts'
import { reversePayment } from '#src/invoicing/reverse-payment.ts'
import { AppError } from '#src/kernel/errors.ts'
import { amountOf, listOf, textOf, type EventObject } from './event-object.ts'
import { lockPayment, type PaymentRow } from './payment-rows.ts'
import { lockRefund, type RefundRow } from './refund-rows.ts'
import { settleRefund } from './settle-refund.ts'

/** A refund as the provider has it now. `refundId`: ours, where we asked for it. */
export interface ProviderRefund {
  readonly id: string
  readonly amountMinor: bigint
  readonly status: ReturnType<typeof refundStatus>
  readonly refundId: string | null
}

function refundOf(json: Readonly<Record<string, unknown>>): ProviderRefund | null {
  if (typeof json['id'] !== 'string') return null
  const metadata = json['metadata']
  const refundId =
    typeof metadata === 'object' && metadata !== null && 'refund_id' in metadata
      ? metadata.refund_id
      : null
  return {
    id: json['id'],
    amountMinor: amountOf(json['amount']),
    status: refundStatus(textOf(json['status']) ?? 'succeeded'),
    refundId: typeof refundId === 'string' ? refundId : null,
  }
}

/**
 * Refunds of a charge, each moved once by its own id. A charge read without its list is taken as one refund of
 * what is not accounted for yet.
 */
export async function mirrorChargeRefunds(
  ctx: Ctx,
  input: { charge: EventObject; payment: PaymentRow },
): Promise<void> {
  const { charge, payment } = input
  const listed = listOf(charge.json['refunds']).flatMap((json) => refundOf(json) ?? [])
  for (const refund of listed) await mirrorRefund(ctx, { payment, refund })
  if (listed.length > 0) return
  const total = amountOf(charge.json['amount_refunded'])
  const missing = total - payment.refundedMinor
  if (missing <= 0n) return
  const asked = await sentRefund(ctx, payment.id, missing)
  await mirrorRefund(ctx, {
    payment,
    refund: {
      id: `${charge.id}:${total}`,
      amountMinor: missing,
      status: 'succeeded',
      refundId: asked,
    },
  })
}

/** A single refund object, from `refund.failed`. */
export async function mirrorRefundObject(
  ctx: Ctx,
  input: { object: EventObject; payment: PaymentRow },
): Promise<void> {
  const refund = refundOf(input.object.json)
  if (refund) await mirrorRefund(ctx, { payment: input.payment, refund })
}

/** One we asked for is settled; one made at the provider is written down and moves the money at once. */
export async function mirrorRefund(
  ctx: Ctx,
  input: { payment: Pick<PaymentRow, 'id' | 'provider'>; refund: ProviderRefund },
): Promise<void> {
  const { payment, refund } = input
  const known = await knownRefund(ctx, refund)
  const row = known ?? (await writeDown(ctx, input))
  if (row === null) return
  await settleRefund(ctx, row, {
    status: refund.status,
    providerRef: refund.id,
    account: `clearing:${payment.provider}`,
  })
}

async function knownRefund(ctx: Ctx, refund: ProviderRefund): Promise<RefundRow | null> {
  const [byRef] = await ctx.db
    .select({ id: refunds.id })
    .from(refunds)
    .where(and(eq(refunds.orgId, ctx.orgId), eq(refunds.providerRef, refund.id)))
  if (byRef) return lockRefund(ctx, byRef.id)
  if (refund.refundId === null) return null
  const [byName] = await ctx.db
    .select({ id: refunds.id })
    .from(refunds)
    .where(and(eq(refunds.orgId, ctx.orgId), eq(refunds.id, refund.refundId)))
  return byName ? lockRefund(ctx, byName.id) : null
}

/** The one refund of this amount whose answer we wait for. */
async function sentRefund(ctx: Ctx, paymentId: string, minor: bigint): Promise<string | null> {
  const [row] = await ctx.db
    .select({ id: refunds.id })
    .from(refunds)
    .where(
      and(
        eq(refunds.orgId, ctx.orgId),
        eq(refunds.paymentId, paymentId),
        eq(refunds.status, 'sending'),
        eq(refunds.amountMinor, minor),
      ),
    )
  return row?.id ?? null
}

/** @returns null for one that failed before we heard of it: it has moved nothing. */
async function writeDown(
  ctx: Ctx,
  { payment: { id: paymentId }, refund }: Parameters<typeof mirrorRefund>[1],
): Promise<RefundRow | null> {
  const payment = await paymentRow(ctx, paymentId)
  const over = refund.status === 'failed' || refund.status === 'canceled'
  const [row] = await ctx.db
    .insert(refunds)
    .values({
      orgId: ctx.orgId,
      id: `ref_${refund.id}`,
      paymentId: payment.id,
      invoiceId: payment.invoiceId,
      customerId: payment.customerId,
      idempotencyKey: `provider:${refund.id}`,
      providerRef: refund.id,
      kind: 'card',
      currency: payment.currency,
      amountMinor: refund.amountMinor,
      status: over ? refund.status : 'sending',
      reason: 'made at the provider',
      createdAt: ctx.now,
      settledAt: over ? ctx.now : null,
    })
    .returning()
  if (!row || over) return null
  await reversePayment(ctx, {
    invoiceId: payment.invoiceId,
    paymentId: payment.id,
    amountMinor: refund.amountMinor,
    account: 'refunds_payable',
    cause: 'refund',
    key: refund.id,
  })
  return row
}

async function paymentRow(ctx: Ctx, id: string): Promise<PaymentRow> {
  const payment = await lockPayment(ctx, id)
  if (!payment) throw new AppError('not_found', `no payment ${id}`)
  return payment
}
