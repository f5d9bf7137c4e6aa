import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { disputes } from '#db/schema/payments.ts'
import { ledgerTransactions } from '#db/schema/ledger.ts'
import { freezeCase } from '#src/collections/freeze-case.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { reversePayment } from '#src/invoicing/reverse-payment.ts'
import { postTransaction } from '#src/ledger/post-transactions.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { amountOf, idOf, textOf, type EventObject } from './event-object.ts'
import type { PaymentRow } from './payment-rows.ts'

const OVER = new Set(['won', 'lost', 'warning_closed', 'prevented'])
/** The bank has taken the money back, or may keep it. An inquiry ("warning_…") takes nothing. */
const WITHDRAWN = new Set(['needs_response', 'under_review', 'lost'])

/**
 * Writes a dispute as it stands: the row, the contested money (out of clearing, into `disputes`; back when won), and
 * no dunning for the customer while it is open. A lost one is owed again; whether it is collected or written off is
 * for a person to say.
 * Any order of events ends the same: each posting has its key, and only the present status counts.
 */
export async function mirrorDispute(
  ctx: Ctx,
  input: { object: EventObject; payment: PaymentRow | null; customerId: string },
): Promise<void> {
  const { object, payment, customerId } = input
  const status = textOf(object.json['status']) ?? 'unknown'
  const over = OVER.has(status)
  const amountMinor = amountOf(object.json['amount'])
  const currency = parseCurrency(textOf(object.json['currency']) ?? payment?.currency ?? '')
  const closedAt = over ? ctx.now : null
  await ctx.db
    .insert(disputes)
    .values({
      orgId: ctx.orgId,
      id: object.id,
      customerId,
      paymentId: payment?.id ?? null,
      currency,
      amountMinor,
      status,
      openedAt: ctx.now,
      closedAt,
    })
    .onConflictDoUpdate({ target: [disputes.orgId, disputes.id], set: { status, closedAt } })
  if (payment) await moveContestedMoney(ctx, { payment, id: object.id, status, amountMinor })
  if (!over) await freezeCase(ctx, { customerId, reason: `dispute ${object.id}` })
  await recordAudit(ctx, {
    action: over ? 'dispute.closed' : 'dispute.opened',
    subject: { type: 'dispute', id: object.id },
    reason: textOf(object.json['reason']) ?? status,
    data: {
      status,
      customerId,
      paymentId: payment?.id ?? null,
      charge: idOf(object.json['charge']),
    },
  })
}

async function moveContestedMoney(
  ctx: Ctx,
  dispute: { payment: PaymentRow; id: string; status: string; amountMinor: bigint },
): Promise<void> {
  const { payment, id, status, amountMinor } = dispute
  const withdrawnKey = `dispute:${id}:withdrawn`
  const entry = (account: string, minor: bigint) => ({
    account,
    customerId: payment.customerId,
    invoiceId: payment.invoiceId,
    currency: parseCurrency(payment.currency),
    amountMinor: minor,
  })
  if (WITHDRAWN.has(status)) {
    await postTransaction(ctx, {
      key: withdrawnKey,
      kind: 'dispute',
      reason: `the bank took back ${payment.id} (${id})`,
      entries: [
        entry('disputes', amountMinor),
        entry(`clearing:${payment.provider}`, -amountMinor),
      ],
    })
    if (status === 'lost')
      await reversePayment(ctx, {
        invoiceId: payment.invoiceId,
        paymentId: payment.id,
        amountMinor,
        account: 'disputes',
        cause: 'dispute',
        key: id,
      })
    return
  }
  const [withdrawn] = await ctx.db
    .select({ id: ledgerTransactions.id })
    .from(ledgerTransactions)
    .where(and(eq(ledgerTransactions.orgId, ctx.orgId), eq(ledgerTransactions.key, withdrawnKey)))
  if (!withdrawn || !OVER.has(status)) return
  await postTransaction(ctx, {
    key: `dispute:${id}:reinstated`,
    kind: 'dispute',
    reason: `the dispute ${id} ended in our favour (${status})`,
    entries: [entry(`clearing:${payment.provider}`, amountMinor), entry('disputes', -amountMinor)],
  })
}
