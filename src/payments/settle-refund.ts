import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { refunds } from '#db/schema/payments.ts'
import { recordRecovery } from '#src/collections/record-recovery.ts'
import { applyPayment } from '#src/invoicing/apply-payment.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { AppError } from '#src/kernel/errors.ts'
import { postTransaction } from '#src/ledger/post-transactions.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { addRefunded, type RefundRow } from './refund-rows.ts'

/** How a refund ended, or goes on. `pending` money is gone already. */
interface RefundNews {
  readonly status: 'pending' | 'succeeded' | 'failed' | 'canceled'
  /** The provider's id, or the bank order's name; null where there is none. */
  readonly providerRef: string | null
  /** Where the money leaves: "clearing:stripe", "cash:bank". */
  readonly account: string
  /** What the provider says against it. */
  readonly because?: string
}

const GONE = new Set<RefundRow['status']>(['pending', 'succeeded'])
const OVER = new Set<RefundRow['status']>(['failed', 'canceled'])

/**
 * Moves a locked refund on by what is known of it. The money leaves once; if the bank sends it back, it is ours again and
 * settles what the refund had opened, or is the customer's credit. Failed is final; twice, late, or in any order changes
 * nothing.
 */
export async function settleRefund(ctx: Ctx, refund: RefundRow, news: RefundNews): Promise<void> {
  if (OVER.has(refund.status)) return
  const back = OVER.has(news.status)
  // A late copy of "pending" tells nothing about what succeeded.
  const status = refund.status === 'succeeded' && !back ? refund.status : news.status
  await ctx.db
    .update(refunds)
    .set({
      status,
      providerRef: news.providerRef ?? refund.providerRef,
      settledAt: status === 'pending' ? null : (refund.settledAt ?? ctx.now),
    })
    .where(and(eq(refunds.orgId, ctx.orgId), eq(refunds.id, refund.id)))
  const gone = GONE.has(refund.status)
  if (!back && !gone) await moveMoney(ctx, refund, news.account, 'paid')
  if (back && gone) await moveMoney(ctx, refund, news.account, 'returned')
  if (back) await giveBack(ctx, refund)
  if (status === refund.status) return
  await recordAudit(ctx, {
    action: back ? 'payment.refund_failed' : 'payment.refunded',
    subject: { type: 'payment', id: refund.paymentId },
    reason: news.because ?? `refund ${refund.id} ${back ? 'did not reach the customer' : 'made'}`,
    data: {
      refundId: refund.id,
      amountMinor: refund.amountMinor.toString(),
      currency: refund.currency,
      from: refund.status,
      to: status,
    },
  })
}

/** Out of what was set aside to where the money is, or back. */
async function moveMoney(
  ctx: Ctx,
  refund: RefundRow,
  account: string,
  way: 'paid' | 'returned',
): Promise<void> {
  const minor = way === 'paid' ? refund.amountMinor : -refund.amountMinor
  const { customerId, invoiceId } = refund
  const entry = { customerId, invoiceId, currency: parseCurrency(refund.currency) }
  const posted = await postTransaction(ctx, {
    key: `refund:${refund.id}:${way}`,
    kind: way === 'paid' ? 'refund_paid' : 'refund_returned',
    reason: `refund ${refund.id} ${way === 'paid' ? 'left' : 'came back'}`,
    entries: [
      { ...entry, account: 'refunds_payable', amountMinor: minor },
      { ...entry, account, amountMinor: -minor },
    ],
  })
  if (!posted) throw new AppError('internal', `refund ${refund.id} was ${way} before`)
  await addRefunded(ctx, refund.paymentId, minor)
}

async function giveBack(ctx: Ctx, refund: RefundRow): Promise<void> {
  const { status } = await applyPayment(ctx, {
    invoiceId: refund.invoiceId,
    paymentId: refund.paymentId,
    key: `returned:${refund.id}`,
    amountMinor: refund.amountMinor,
    account: 'refunds_payable',
  })
  if (status === 'paid') await recordRecovery(ctx, { invoiceId: refund.invoiceId })
}
