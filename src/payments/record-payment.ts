import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { payments } from '#db/schema/payments.ts'
import { requireMove } from '#src/invoicing/invoice-moves.ts'
import { lockInvoice } from '#src/invoicing/lock-invoice.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { bookTransfer } from './import-statement.ts'
import type { PaymentRow } from './payment-rows.ts'

/**
 * Money that a person saw arrive, as a payment of an invoice; above what is open it is the customer's credit. The same
 * reference on the same invoice is one payment.
 * @throws not_found; conflict for a draft, or another amount under that reference; invalid_input for another currency or
 *   zero and less.
 */
export async function recordPayment(
  ctx: Ctx,
  input: { invoiceId: string; amountMinor: bigint; currency: string; reference: string },
): Promise<PaymentRow> {
  const invoice = await lockInvoice(ctx, input.invoiceId)
  requireMove(invoice, 'pay')
  if (input.currency !== invoice.currency)
    throw invalidField('currency', `the invoice is in ${invoice.currency}`)
  if (input.amountMinor <= 0n) throw invalidField('amountMinor', 'must be above zero')
  const id = `manual:${invoice.id}:${input.reference}`
  const known = await paymentOf(ctx, id)
  if (known && known.amountMinor !== input.amountMinor)
    throw new AppError('conflict', `a payment "${input.reference}" of another amount is booked`)
  if (known) return known
  await bookTransfer(ctx, {
    id,
    invoiceId: invoice.id,
    currency: invoice.currency,
    amountMinor: input.amountMinor,
  })
  const booked = await paymentOf(ctx, id)
  if (!booked) throw new AppError('internal', 'the payment was not stored')
  return booked
}

async function paymentOf(ctx: Ctx, transferId: string): Promise<PaymentRow | undefined> {
  const [row] = await ctx.db
    .select()
    .from(payments)
    .where(
      and(eq(payments.orgId, ctx.orgId), eq(payments.idempotencyKey, `transfer:${transferId}`)),
    )
  return row
}
