import { z } from 'zod'

/** What a draft says; `{{fact:key}}` placeholders are filled by code just before sending. */
const draft = { subject: z.string().max(200), text: z.string().min(1).max(8_000) }
/** A local calendar day, "2026-03-14". */
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/)

/** Everything an agent can propose. Recipients and amounts never stand in it: code takes them from the account. */
export const Proposal = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('send_reply'), ...draft }),
  z.object({ kind: z.literal('ask_back'), ...draft }),
  z.object({ kind: z.literal('send_dunning_message'), caseId: z.string(), step: z.string() }),
  z.object({ kind: z.literal('send_update_card_link'), ...draft }),
  z.object({ kind: z.literal('schedule_retry'), invoiceId: z.string(), at: z.string() }),
  z.object({ kind: z.literal('pause_dunning'), until: day }),
  z.object({ kind: z.literal('promise_to_pay'), date: day }),
  z.object({ kind: z.literal('stop_dunning'), reason: z.string().max(300) }),
  z.object({ kind: z.literal('payment_plan'), reason: z.string().max(500) }),
  z.object({
    kind: z.literal('propose_credit'),
    invoiceId: z.string(),
    reason: z.string().max(500),
    /** The fact that holds the amount: an agent never writes one. */
    factKey: z.string(),
  }),
  z.object({ kind: z.literal('attach_invoice'), invoiceId: z.string() }),
  z.object({ kind: z.literal('usage_alert'), metric: z.string(), ...draft }),
  z.object({ kind: z.literal('usage_cap'), metric: z.string(), reason: z.string().max(500) }),
  z.object({ kind: z.literal('escalate'), reason: z.string().max(500) }),
])
export type Proposal = z.infer<typeof Proposal>
export type ProposalKind = Proposal['kind']

/** A proposal with the key its effect is known by: the same proposal acts once. */
export const KeyedProposal = z.object({
  key: z.string(),
  /** Who wrote it: the gates differ for people. */
  author: z.enum(['model', 'rules', 'human']),
  proposal: Proposal,
})
export type KeyedProposal = z.infer<typeof KeyedProposal>

export const Verdict = z.object({
  verdict: z.enum(['execute', 'ask', 'refuse']),
  reason: z.string(),
})
export type Verdict = z.infer<typeof Verdict>

/** What a person decides about an escalation (H1). */
export const EscalationAnswer = z
  .object({
    /** approve: do what was asked · edit: with this text · respond: only send this text · reject: do nothing. */
    decision: z.enum(['approve', 'edit', 'reject', 'respond']),
    text: z.string().trim().min(1).max(8_000).optional(),
    note: z.string().max(2_000).optional(),
  })
  .refine((answer) => !['edit', 'respond'].includes(answer.decision) || answer.text !== undefined, {
    message: 'edit and respond need a text',
    path: ['text'],
  })
export type EscalationAnswer = z.infer<typeof EscalationAnswer>
