import { and, desc, eq, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { payments, refunds } from '#db/schema/payments.ts'
import { customerCredit } from '#src/invoicing/customer-credit.ts'
import { lockCustomerMoney, lockInvoice } from '#src/invoicing/lock-invoice.ts'
import { overpaidMinor } from '#src/invoicing/payment-postings.ts'
import { excessMinor, least } from '#src/invoicing/settlement-rules.ts'
import { loadCustomer } from '#src/customers/load-customer.ts'
import { parseCurrency, type Currency } from '#src/kernel/currency.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { formatMinor, sumMinor } from '#src/kernel/money.ts'
import { lockPayment, type PaymentRow } from './payment-rows.ts'
import { refundableMinor, type RefundRow } from './refund-rows.ts'
import { refundKey, requestRefund, type RefundRequest } from './request-refund.ts'

export type CreditRefund = Pick<
  RefundRequest,
  'amountMinor' | 'reason' | 'approvedBy' | 'key' | 'creditNoteId'
> & {
  readonly customerId: string
  readonly currency: string
  /** Its payments come first. */
  readonly invoiceId?: string
}

/**
 * Gives a customer's credit back the way it came: to the payments that were above what was due, newest first, never more
 * than each can still give back.
 * @returns the refunds, one for each payment. @throws not_found; invalid_input for zero or less; refused for more than there
 *   is or than payments can take back; conflict for a key that refunded something else.
 */
export async function refundCredit(ctx: Ctx, wish: CreditRefund): Promise<string[]> {
  await loadCustomer(ctx, wish.customerId)
  const known = await refundsOfKey(ctx, wish.key)
  if (known.length > 0) return sameRefunds(known, wish)
  const currency = parseCurrency(wish.currency)
  const candidates = await paymentsOf(ctx, wish)
  for (const { id } of candidates.toSorted((a, b) => (a.id < b.id ? -1 : 1)))
    await lockPayment(ctx, id)
  await lockCustomerMoney(ctx, [wish.customerId])
  const free = await customerCredit(ctx, { customerId: wish.customerId, currency })
  const amountMinor = wish.amountMinor === 'full' ? free : wish.amountMinor
  if (wish.amountMinor !== 'full' && amountMinor <= 0n)
    throw invalidField('amountMinor', 'must be above zero')
  if (amountMinor > free || free <= 0n) throw tooMuch(free, currency, 'of credit are free')
  const ids: string[] = []
  let left = amountMinor
  for (const payment of candidates) {
    const share = least(left, await givenBack(ctx, payment))
    if (share === 0n) continue
    const { reason, approvedBy, creditNoteId } = wish
    const refund = await requestRefund(ctx, {
      paymentId: payment.id,
      amountMinor: share,
      reason,
      approvedBy,
      key: `${wish.key}:${payment.id}`,
      ...(creditNoteId === undefined ? {} : { creditNoteId }),
    })
    ids.push(refund.id)
    left -= share
    if (left === 0n) return ids
  }
  throw tooMuch(amountMinor - left, currency, 'came by payments that can take it back')
}

type KnownRefund = Pick<RefundRow, 'id' | 'customerId' | 'currency' | 'amountMinor'>

function sameRefunds(known: readonly KnownRefund[], wish: CreditRefund): string[] {
  const ofThem = known.every(
    ({ customerId, currency }) => customerId === wish.customerId && currency === wish.currency,
  )
  const sum = sumMinor(known.map(({ amountMinor }) => amountMinor))
  if (!ofThem || (wish.amountMinor !== 'full' && wish.amountMinor !== sum))
    throw new AppError('conflict', `key "${wish.key}" was used for another refund`)
  return known.map(({ id }) => id)
}

async function refundsOfKey(ctx: Ctx, key: string): Promise<KnownRefund[]> {
  return ctx.db
    .select({
      id: refunds.id,
      customerId: refunds.customerId,
      currency: refunds.currency,
      amountMinor: refunds.amountMinor,
    })
    .from(refunds)
    .where(
      and(
        eq(refunds.orgId, ctx.orgId),
        // Whole keys: those of "a" are not those of "a:b".
        sql`${refunds.idempotencyKey} = ${`${refundKey(ctx, key)}:`}::text || ${refunds.paymentId}`,
      ),
    )
    .orderBy(refunds.id)
}

async function paymentsOf(ctx: Ctx, wish: CreditRefund): Promise<PaymentRow[]> {
  const rows = await ctx.db
    .select()
    .from(payments)
    .where(
      and(
        eq(payments.orgId, ctx.orgId),
        eq(payments.customerId, wish.customerId),
        eq(payments.currency, wish.currency),
        eq(payments.status, 'succeeded'),
      ),
    )
    .orderBy(desc(payments.settledAt), desc(payments.id))
  const isOwn = ({ invoiceId }: PaymentRow) => invoiceId === wish.invoiceId
  return [...rows.filter(isOwn), ...rows.filter((row) => !isOwn(row))]
}

/** What of a payment was above what is due: overpaid, or freed by credit notes of its invoice. */
async function givenBack(ctx: Ctx, payment: PaymentRow): Promise<bigint> {
  const invoice = await lockInvoice(ctx, payment.invoiceId)
  const above =
    (await overpaidMinor(ctx, { paymentId: payment.id, invoiceId: payment.invoiceId })) +
    excessMinor(invoice)
  return least(above, await refundableMinor(ctx, payment))
}

function tooMuch(most: bigint, currency: Currency, what: string): AppError {
  const message = `only ${formatMinor(most, currency)} ${currency} ${what}`
  return new AppError('refused', message, { fields: [{ path: 'amountMinor', message }] })
}
