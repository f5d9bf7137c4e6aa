import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { fillFacts } from '#src/approvals/gate-text.ts'
import { GATES, type Gates } from '#src/approvals/gates.ts'
import { performOnce } from '#src/approvals/perform-once.ts'
import type { KeyedProposal, Proposal } from '#src/approvals/shapes.ts'
import { queueMail, type MailPurpose } from '#src/inbox/queue-mail.ts'
import { issueCreditNote } from '#src/invoicing/issue-credit-note.ts'
import { AppError, unreachable } from '#src/kernel/errors.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { pauseDunning, planRetry, stopDunning, takePromise } from './collections.ts'
import type { RunState } from './run-state.ts'

export interface EffectInput {
  readonly state: RunState
  readonly keyed: KeyedProposal
  readonly attachInvoiceId?: string | undefined
  /** The escalation a person approved it in. */
  readonly approvedBy?: string
  /** Minor units behind facts, read when the approval was given. */
  readonly amounts?: Readonly<Record<string, string>>
  /** Default: the product's. */
  readonly gates?: Gates
}

/** Lets the verb act that a proposal stands for, once per key; says in a word what came of it. */
export async function effectOf(ctx: Ctx, input: EffectInput): Promise<string> {
  const { state, keyed } = input
  const { customerId } = state
  if (customerId === null) throw new AppError('refused', 'the account is not known')
  return performOnce(ctx, keyed.key, async () => {
    const result = await act(ctx, customerId, keyed.proposal, input)
    await recordAudit(ctx, {
      action: `agent.${keyed.proposal.kind}`,
      subject: { type: 'agent_run', id: state.workflowId },
      reason: input.approvedBy ? `approved in ${input.approvedBy}` : 'within policy',
      data: { key: keyed.key, result, customerId },
    })
    return result
  })
}

async function act(
  ctx: Ctx,
  customerId: string,
  proposal: Proposal,
  input: EffectInput,
): Promise<string> {
  switch (proposal.kind) {
    case 'send_reply':
    case 'ask_back':
    case 'send_update_card_link':
      return mail(ctx, customerId, proposal, 'reply', input)
    case 'usage_alert':
      return mail(ctx, customerId, proposal, 'notice', input)
    case 'attach_invoice':
      return 'goes with the reply'
    case 'send_dunning_message':
      await enqueue(ctx, {
        job: 'DRAFT_DUNNING_MAIL',
        key: `${proposal.caseId}:${proposal.step}`,
        payload: { caseId: proposal.caseId, step: proposal.step },
      })
      return 'drafting'
    case 'schedule_retry':
      return planRetry(ctx, { customerId, at: proposal.at })
    case 'pause_dunning':
      return pauseDunning(ctx, { customerId, until: proposal.until })
    case 'promise_to_pay':
      return takePromise(ctx, { customerId, date: proposal.date })
    case 'stop_dunning':
      return stopDunning(ctx, {
        customerId,
        reason: proposal.reason,
        // A decline is an event; what a customer writes ("leave me alone") stops every mail.
        forFraud: input.state.trigger.type === 'stripe_event',
      })
    case 'propose_credit':
      return credit(ctx, proposal, input)
    case 'payment_plan':
    case 'usage_cap':
    case 'escalate':
      return input.approvedBy ? 'approved' : 'with a person'
    default:
      return unreachable(proposal)
  }
}

async function mail(
  ctx: Ctx,
  customerId: string,
  draft: { subject: string; text: string },
  purpose: MailPurpose,
  input: EffectInput,
): Promise<string> {
  const { state, keyed } = input
  const options = { facts: state.facts, author: keyed.author }
  const gate = (input.gates ?? GATES).text
  const subject = fillFacts(draft.subject, options, gate)
  const text = fillFacts(draft.text, options, gate)
  if (subject.kind === 'refused' || text.kind === 'refused')
    throw new AppError('refused', 'the text does not pass the gates')
  const answered =
    state.trigger.type === 'customer_query' ? state.trigger.payload.messageId : undefined
  const id = await queueMail(ctx, {
    key: keyed.key,
    customerId,
    subject: subject.text,
    text: text.text,
    purpose,
    ...(answered === undefined ? {} : { replyToMessageId: answered }),
    ...(input.attachInvoiceId === undefined ? {} : { attachInvoiceId: input.attachInvoiceId }),
  })
  return id ?? 'nobody to write to'
}

async function credit(
  ctx: Ctx,
  proposal: Extract<Proposal, { kind: 'propose_credit' }>,
  input: EffectInput,
): Promise<string> {
  const amount = input.amounts?.[proposal.factKey]
  if (input.approvedBy === undefined) throw new AppError('refused', 'a credit needs an approval')
  if (amount === undefined) throw new AppError('refused', `${proposal.factKey} is no amount`)
  const note = await issueCreditNote(ctx, {
    invoiceId: proposal.invoiceId,
    netMinor: BigInt(amount),
    reason: proposal.reason,
    approvedBy: input.approvedBy,
    key: input.keyed.key,
  })
  return note.number
}
