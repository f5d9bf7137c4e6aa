import { dunningLimits } from '#src/collections/dunning-limits.ts'
import { judgeProposal } from '#src/approvals/rules.ts'
import { Proposal, type Verdict } from '#src/approvals/shapes.ts'
import type { z } from 'zod'
import type { ProposalInputs } from './dunning-cases.ts'
import { INVOICE_ID, liveThrough, TIME_ZONE, type Month } from './dunning-month.ts'

/** What the judge says of a proposal at noon of its day. */
export function judgedOnDay(inputs: z.infer<typeof ProposalInputs>): Verdict {
  const month = liveThrough(inputs, { day: inputs.day, isNoon: true })
  const { current, at } = month
  const dunning = {
    ...dunningLimits(current, at),
    caseId: current.id,
    invoiceId: INVOICE_ID,
    earlierPauses: inputs.earlierPauses,
  }
  const proposal = Proposal.parse(proposalOf(inputs, month))
  return judgeProposal(
    { key: 'eval', author: 'model', proposal },
    {
      now: at.now,
      timeZone: TIME_ZONE,
      trigger: inputs.trigger,
      senderTrust: inputs.trigger === 'customer_query' ? inputs.sender : null,
      hasVerifiedContact: true,
      invoiceIds: [INVOICE_ID],
      facts: { 'invoice.open': '312.91 €' },
      dunning,
    },
  )
}

function proposalOf({ proposal }: z.infer<typeof ProposalInputs>, { current, at }: Month): unknown {
  const { kind, hours = 0, days = 0, foreign = false } = proposal
  const day = at.now.toZonedDateTimeISO(TIME_ZONE).toPlainDate().add({ days }).toString()
  const invoiceId = foreign ? 'inv_of_somebody_else' : INVOICE_ID
  switch (kind) {
    case 'schedule_retry':
      return { kind, invoiceId, at: at.now.add({ hours: hours + days * 24 }).toString() }
    case 'pause_dunning':
      return { kind, until: day }
    case 'promise_to_pay':
      return { kind, date: day }
    case 'send_dunning_message':
      return { kind, caseId: foreign ? 'dun_other' : current.id, step: proposal.step ?? '' }
    case 'stop_dunning':
    case 'payment_plan':
      return { kind, reason: 'The customer asks for it.' }
    case 'propose_credit':
      return { kind, invoiceId, reason: 'The customer asks for it.', factKey: 'invoice.open' }
    case 'attach_invoice':
      return { kind, invoiceId }
  }
}
