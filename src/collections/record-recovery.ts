import type { Ctx } from '#db/context.ts'
import { withdrawEscalations } from '#src/approvals/withdraw-escalations.ts'
import { changeAccountStatus } from '#src/customers/change-account-status.ts'
import { loadCustomer } from '#src/customers/load-customer.ts'
import { lockCaseOfInvoice, lockOpenCases, type CaseRow } from './case-rows.ts'
import { moveCase } from './move-case.ts'
import { isReviewed } from './states.ts'
import { withdrawMails } from './withdraw-mails.ts'

/**
 * The money for an invoice has arrived: its case is recovered from whatever state, waiting mails and open questions to a
 * person are withdrawn, and
 * the account returns unless another invoice of it is still being collected. Twice, or without a case, nothing happens.
 */
export async function recordRecovery(ctx: Ctx, input: { invoiceId: string }): Promise<void> {
  const current = await lockCaseOfInvoice(ctx, input.invoiceId)
  if (!current || current.state === 'recovered') return
  await moveCase(ctx, current, {
    to: 'recovered',
    cause: 'nothing is owed on the invoice any more',
    patch: {
      nextStep: null,
      nextStepAt: null,
      nextRetryAt: null,
      pausedUntil: null,
      endedAt: ctx.now,
    },
  })
  await withdrawMails(ctx, [current.id], 'nothing is owed on the invoice any more')
  await withdrawEscalations(ctx, {
    runId: `none:dunning:${current.id}`,
    reasons: ['manual_review', 'dunning_exhausted'],
    because: 'nothing is owed on the invoice any more',
  })
  await restoreAccount(ctx, current)
}

/** What the account's other open cases leave it: active, past due, or suspended as it was. Churned stays churned. */
async function restoreAccount(ctx: Ctx, recovered: CaseRow): Promise<void> {
  const { customerId } = recovered
  const { status } = await loadCustomer(ctx, customerId)
  if (status !== 'past_due' && status !== 'suspended') return
  const others = await lockOpenCases(ctx, customerId)
  if (others.length === 0)
    return void (await changeAccountStatus(ctx, {
      customerId,
      to: 'active',
      cause: `invoice ${recovered.invoiceId} is settled`,
    }))
  if (status === 'suspended' && !others.some(({ state }) => isReviewed(state)))
    await changeAccountStatus(ctx, {
      customerId,
      to: 'past_due',
      cause: `invoice ${recovered.invoiceId} is settled, another is open`,
    })
}
