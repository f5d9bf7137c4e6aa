import { and, eq } from 'drizzle-orm'
import type { Ctx, Scope } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { customers } from '#db/schema/customers.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { payments } from '#db/schema/payments.ts'
import type {
  ChargeOutcome,
  PaymentProvider,
  ProviderFor,
} from '#src/gateways/payments/provider.ts'
import { lockPayment, type PaymentRow } from './payment-rows.ts'
import { decideUnknown } from './rules.ts'
import { sendCharge } from './send-charge.ts'
import { lookUpJob, settlePayment } from './settle-payment.ts'

interface LostPayment {
  readonly payment: PaymentRow
  readonly providerCustomerId: string | null
  readonly invoiceNumber: string
  readonly stillDue: boolean
}

/**
 * Looks up a payment whose answer was lost, and settles it by what the provider has written down. A charge the
 * provider never saw is sent again under the same key while that key still protects us, and given up after that.
 * @returns 'settled' when nothing is unknown any more, else 'waiting'.
 */
export async function settleUnknownPayment(
  scope: Scope,
  deps: { providerFor: ProviderFor },
  input: { paymentId: string; lookUp: number },
): Promise<'settled' | 'waiting'> {
  const lost = await scope.transact((ctx) => load(ctx, input.paymentId))
  if (!lost) return 'settled'
  const outcome = await lookUp(scope, deps.providerFor(scope), lost)
  return scope.transact(async (ctx) => {
    if (outcome === 'give_up') {
      await giveUp(ctx, lost.payment)
      return 'settled'
    }
    if (outcome !== 'look_again' && outcome.kind !== 'unknown') {
      await settlePayment(ctx, { paymentId: lost.payment.id, outcome })
      return 'settled'
    }
    await enqueue(ctx, lookUpJob(ctx, lost.payment.id, input.lookUp + 1))
    return 'waiting'
  })
}

async function load(ctx: Ctx, paymentId: string): Promise<LostPayment | null> {
  const payment = await lockPayment(ctx, paymentId)
  if (payment?.status !== 'unknown') return null
  const [row] = await ctx.db
    .select({ customer: customers, invoice: invoices })
    .from(invoices)
    .innerJoin(
      customers,
      and(eq(customers.orgId, invoices.orgId), eq(customers.id, invoices.customerId)),
    )
    .where(and(eq(invoices.orgId, ctx.orgId), eq(invoices.id, payment.invoiceId)))
  return {
    payment,
    providerCustomerId: row?.customer.providerCustomerId ?? null,
    invoiceNumber: row?.invoice.number ?? payment.invoiceId,
    stillDue:
      row?.invoice.status === 'finalized' &&
      row.invoice.totalMinor - row.invoice.paidMinor - row.invoice.creditedMinor >=
        payment.amountMinor,
  }
}

async function lookUp(
  scope: Scope,
  provider: PaymentProvider,
  lost: LostPayment,
): Promise<ChargeOutcome | 'look_again' | 'give_up'> {
  const { payment, providerCustomerId } = lost
  const found = await provider.findCharge({
    paymentId: payment.id,
    providerRef: payment.providerRef,
    providerCustomerId,
  })
  if (found) return found
  const ageMinutes = payment.createdAt.until(scope.now).total({ unit: 'minutes' })
  const decision = decideUnknown(ageMinutes)
  // Paid by another way meanwhile: wait until it is certain that this charge never happened.
  if (decision === 'send_again_with_same_key')
    return lost.stillDue && providerCustomerId !== null
      ? sendCharge(provider, { payment, providerCustomerId, invoiceNumber: lost.invoiceNumber })
      : 'look_again'
  return decision
}

/** The charge never happened. Its cause is free again: what wanted the money asks once more, as a new attempt. */
async function giveUp(ctx: Ctx, payment: PaymentRow): Promise<void> {
  const { moved } = await settlePayment(ctx, {
    paymentId: payment.id,
    outcome: { kind: 'canceled', providerRef: payment.providerRef },
  })
  if (!moved) return
  await enqueue(ctx, {
    job: 'CHARGE_INVOICE',
    key: `${payment.invoiceId}:${payment.cause}:after:${payment.id}`,
    payload: { invoiceId: payment.invoiceId, cause: payment.cause },
  })
}

/** Looks up every payment whose answer is lost, for reconciliation. @returns how many were settled. */
export async function settleUnknownPayments(
  scope: Scope,
  deps: { providerFor: ProviderFor },
): Promise<{ settled: number; waiting: number }> {
  const rows = await scope.transact((ctx) =>
    ctx.db
      .select({ id: payments.id })
      .from(payments)
      .where(and(eq(payments.orgId, ctx.orgId), eq(payments.status, 'unknown'))),
  )
  const results = { settled: 0, waiting: 0 }
  for (const { id } of rows) {
    const result = await settleUnknownPayment(scope, deps, { paymentId: id, lookUp: 0 })
    results[result] += 1
  }
  return results
}
