import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { openEscalation } from '#src/approvals/open-escalation.ts'
import { changeAccountStatus } from '#src/customers/change-account-status.ts'
import { loadCustomer } from '#src/customers/load-customer.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { formatMoney, money } from '#src/kernel/money.ts'
import { unreachable } from '#src/kernel/errors.ts'
import { notify } from '#src/notifications/notify.ts'
import { loadInvoiceRow, openAmount, type CaseRow } from './case-rows.ts'
import { draftMail } from './draft-mail.ts'
import type { Action } from './rules.ts'

/** Carries out one action of a decision, in the transaction that commits it. */
export async function performAction(ctx: Ctx, row: CaseRow, action: Action): Promise<void> {
  switch (action.kind) {
    case 'charge':
      return enqueue(ctx, {
        job: 'CHARGE_INVOICE',
        key: `${row.invoiceId}:${action.cause}`,
        payload: { invoiceId: row.invoiceId, cause: action.cause },
      })
    case 'draft_mail':
      return draftMail(ctx, row.id, action.step, action.at)
    case 'open_review':
      return escalate(ctx, row, {
        key: 'review',
        reason: 'manual_review',
        says: (what) => `${what}: reminders and retries did not help. What now?`,
      })
    case 'suspend':
      return suspend(ctx, row)
    case 'propose_close':
      return escalate(ctx, row, {
        key: 'close',
        reason: 'dunning_exhausted',
        says: (what) => `${what}: close the account and write the amount off?`,
      })
    default:
      return unreachable(action)
  }
}

/** Limits the account; one that has left already, or is limited already, stays as it is. */
async function suspend(ctx: Ctx, row: CaseRow): Promise<void> {
  const { status } = await loadCustomer(ctx, row.customerId)
  if (status !== 'past_due' && status !== 'active') return
  await changeAccountStatus(ctx, {
    customerId: row.customerId,
    to: 'suspended',
    cause: `invoice ${row.invoiceId} is unpaid after review`,
  })
  await notify(ctx, {
    type: 'subscription.suspended',
    // A suspension put off and taken up again is another one.
    key: `subscription.suspended:${row.id}:${ctx.now.toString()}`,
    data: { customerId: row.customerId, invoiceId: row.invoiceId, caseId: row.id },
  })
}

async function escalate(
  ctx: Ctx,
  row: CaseRow,
  about: { key: string; reason: string; says: (what: string) => string },
): Promise<void> {
  const invoice = await loadInvoiceRow(ctx, row.invoiceId)
  const owed = formatMoney(money(openAmount(invoice), parseCurrency(invoice.currency)))
  await openEscalation(ctx, {
    runId: `none:dunning:${row.id}`,
    customerId: row.customerId,
    reason: about.reason,
    summary: about.says(`Invoice ${invoice.number ?? invoice.id}, ${owed} open`),
    context: {
      caseId: row.id,
      invoiceId: row.invoiceId,
      invoiceNumber: invoice.number,
      openMinor: openAmount(invoice).toString(),
      currency: invoice.currency,
      failures: row.failures,
      declineCode: row.declineCode,
      firstFailureAt: row.firstFailureAt.toString(),
    },
    key: `dunning:${row.id}:${about.key}`,
  })
}
