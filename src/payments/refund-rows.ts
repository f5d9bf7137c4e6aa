import { and, eq, sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { payments, refunds } from '#db/schema/payments.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { PaymentRow } from './payment-rows.ts'

export type RefundRow = typeof refunds.$inferSelect

/** A refund, locked until the transaction ends: answer, webhook and person settle it one after the other. @throws not_found */
export async function lockRefund(ctx: Ctx, id: string): Promise<RefundRow> {
  const [row] = await ctx.db
    .select()
    .from(refunds)
    .where(and(eq(refunds.orgId, ctx.orgId), eq(refunds.id, id)))
    .for('update')
  if (!row) throw new AppError('not_found', `no refund ${id}`)
  return row
}

/** What of a payment could still go back: less what went back, is on its way, or is with the bank in a dispute. */
export async function refundableMinor(ctx: Ctx, payment: PaymentRow): Promise<bigint> {
  const [row] = await rowsOf<{ held: string }>(
    ctx.db,
    sql`select (coalesce((select sum(amount_minor) from refunds where org_id = ${ctx.orgId}
          and payment_id = ${payment.id} and status in ('requested', 'sending', 'to_pay')), 0)
        + coalesce((select sum(amount_minor) from disputes where org_id = ${ctx.orgId}
          and payment_id = ${payment.id} and (closed_at is null or status = 'lost')), 0))::text as held`,
  )
  const left = payment.amountMinor - payment.refundedMinor - BigInt(row?.held ?? '0')
  return left > 0n ? left : 0n
}

/** Notes on the payment what went back of it, or (below zero) came back to us. */
export async function addRefunded(ctx: Ctx, paymentId: string, minor: bigint): Promise<void> {
  await ctx.db
    .update(payments)
    .set({ refundedMinor: sql`${payments.refundedMinor} + ${minor.toString()}::bigint` })
    .where(and(eq(payments.orgId, ctx.orgId), eq(payments.id, paymentId)))
}
