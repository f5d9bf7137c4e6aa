import { and, eq, ne, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { payments, refunds } from '#db/schema/payments.ts'
import { applyPayment } from '#src/invoicing/apply-payment.ts'
import { reversePayment } from '#src/invoicing/reverse-payment.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { amountOf, listOf, textOf, type EventObject } from './event-object.ts'
import type { PaymentRow } from './payment-rows.ts'

/** A refund as the provider has it now. */
interface Refund {
  readonly id: string
  readonly amountMinor: bigint
  /** pending, succeeded: the money is gone; failed, canceled: it is ours (again). */
  readonly status: string
}

const CAME_BACK = new Set(['failed', 'canceled'])

function refundOf(json: Readonly<Record<string, unknown>>): Refund | null {
  return typeof json['id'] === 'string'
    ? {
        id: json['id'],
        amountMinor: amountOf(json['amount']),
        status: textOf(json['status']) ?? 'succeeded',
      }
    : null
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
  const refund = { id: `${charge.id}:${total}`, amountMinor: missing, status: 'succeeded' }
  await mirrorRefund(ctx, { payment, refund })
}

/** A single refund object, from `refund.failed`. */
export async function mirrorRefundObject(
  ctx: Ctx,
  input: { object: EventObject; payment: PaymentRow },
): Promise<void> {
  const refund = refundOf(input.object.json)
  if (refund) await mirrorRefund(ctx, { payment: input.payment, refund })
}

async function mirrorRefund(
  ctx: Ctx,
  input: { payment: PaymentRow; refund: Refund },
): Promise<void> {
  const { payment, refund } = input
  const cameBack = CAME_BACK.has(refund.status)
  const written = await ctx.db
    .insert(refunds)
    .values({
      orgId: ctx.orgId,
      id: `ref_${refund.id}`,
      paymentId: payment.id,
      providerRef: refund.id,
      currency: payment.currency,
      amountMinor: refund.amountMinor,
      status: refund.status,
      createdAt: ctx.now,
    })
    .onConflictDoNothing()
    .returning({ id: refunds.id })
  if (written.length === 1) {
    // A refund that is known as failed from the start has moved nothing.
    if (!cameBack) await takeBack(ctx, payment, refund)
    return
  }
  const changed = await ctx.db
    .update(refunds)
    .set({ status: refund.status })
    .where(
      and(
        eq(refunds.orgId, ctx.orgId),
        eq(refunds.providerRef, refund.id),
        ne(refunds.status, refund.status),
        // Failed is final; a late copy of "succeeded" does not unset it.
        sql`${refunds.status} not in ('failed', 'canceled')`,
      ),
    )
    .returning({ id: refunds.id })
  if (changed.length === 1 && cameBack) await putBack(ctx, payment, refund)
}

async function takeBack(ctx: Ctx, payment: PaymentRow, refund: Refund): Promise<void> {
  await addRefunded(ctx, payment, refund.amountMinor)
  await reversePayment(ctx, {
    invoiceId: payment.invoiceId,
    paymentId: payment.id,
    amountMinor: refund.amountMinor,
    account: `clearing:${payment.provider}`,
    cause: 'refund',
    key: refund.id,
  })
  await recordAudit(ctx, {
    action: 'payment.refunded',
    subject: { type: 'payment', id: payment.id },
    reason: `refund ${refund.id}`,
    data: { amountMinor: refund.amountMinor.toString(), currency: payment.currency },
  })
}

/** The bank sent a refund back: the money is ours again, and settles what the refund had opened. */
async function putBack(ctx: Ctx, payment: PaymentRow, refund: Refund): Promise<void> {
  await addRefunded(ctx, payment, -refund.amountMinor)
  await applyPayment(ctx, {
    invoiceId: payment.invoiceId,
    paymentId: refund.id,
    amountMinor: refund.amountMinor,
    account: `clearing:${payment.provider}`,
  })
  await recordAudit(ctx, {
    action: 'payment.refund_failed',
    subject: { type: 'payment', id: payment.id },
    reason: `refund ${refund.id} came back from the bank`,
  })
}

async function addRefunded(ctx: Ctx, payment: PaymentRow, minor: bigint): Promise<void> {
  await ctx.db
    .update(payments)
    .set({ refundedMinor: sql`${payments.refundedMinor} + ${minor.toString()}::bigint` })
    .where(and(eq(payments.orgId, ctx.orgId), eq(payments.id, payment.id)))
}
