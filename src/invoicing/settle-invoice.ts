import type { Ctx } from '#db/context.ts'
import { grantPurchased } from '#src/credits/settle-purchase.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { formatMinor } from '#src/kernel/money.ts'
import { notify } from '#src/notifications/notify.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { moveInvoice, type InvoiceRow } from './lock-invoice.ts'
import { openMinor } from './settlement-rules.ts'

interface Settlement {
  /** Of the open amount. */
  readonly settlesMinor: bigint
  /** What did it: a payment's id, "credit:0". One event of "invoice.paid" each. */
  readonly by: string
  readonly reason: string
  readonly data: Readonly<Record<string, string>>
}

/** The row of a locked invoice after money arrived: paid when nothing is open any more, audited, announced. */
export async function settleInvoice(
  ctx: Ctx,
  invoice: InvoiceRow,
  { settlesMinor, by, reason, data }: Settlement,
): Promise<InvoiceRow> {
  const paidMinor = invoice.paidMinor + settlesMinor
  const isPaid = invoice.status !== 'void' && openMinor({ ...invoice, paidMinor }) === 0n
  const status = isPaid ? 'paid' : invoice.status
  const change = {
    paidMinor,
    ...(status === invoice.status ? {} : { status, settledAt: ctx.now }),
  }
  await moveInvoice(ctx, invoice, change)
  await recordAudit(ctx, {
    action: status === 'paid' ? 'invoice.paid' : 'invoice.payment_applied',
    subject: { type: 'invoice', id: invoice.id },
    reason,
    data: {
      ...data,
      settled: formatMinor(settlesMinor, parseCurrency(invoice.currency)),
      from: invoice.status,
      to: status,
    },
  })
  if (status === 'paid' && invoice.status !== 'paid') {
    if (invoice.kind === 'order') await grantPurchased(ctx, invoice)
    await notify(ctx, {
      type: 'invoice.paid',
      // A refund may open it again: each time it is paid is an event of its own.
      key: `invoice.paid:${invoice.id}:${by}`,
      data: { invoiceId: invoice.id, number: invoice.number, customerId: invoice.customerId },
    })
  }
  return { ...invoice, ...change }
}
