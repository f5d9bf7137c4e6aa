import type { CaseFile } from '#agents/tools/case-file.ts'
import type { DunningLimits, JudgeContext } from '#src/approvals/rules.ts'
import { GATES, type Gates } from '#src/approvals/gates.ts'
import type { KeyedProposal, Proposal, Verdict } from '#src/approvals/shapes.ts'
import { hashOf } from '#src/kernel/canonical.ts'
import type { GraphState } from './state.ts'

/** The limits of the account as they stand in the case file. */
export function judgeContext(file: CaseFile, state: Pick<GraphState, 'sender'>): JudgeContext {
  return {
    now: file.now,
    timeZone: file.account.timeZone,
    trigger: file.trigger.type,
    senderTrust: file.trigger.type === 'customer_query' ? state.sender.trust : null,
    hasVerifiedContact: file.account.contacts.length > 0,
    invoiceIds: file.invoices.map(({ id }) => id),
    facts: file.facts,
    language: file.language,
    dunning: dunningLimits(file),
    autonomy: file.account.autonomy,
  }
}

function dunningLimits(file: CaseFile): DunningLimits | null {
  const { dunning, limits, earlierPauses, disputeOpen } = file.collection
  if (!dunning || !limits || dunning.endedAt !== null) return null
  return {
    ...limits,
    caseId: dunning.id,
    invoiceId: dunning.invoiceId,
    earlierPauses,
    frozen: limits.frozen || disputeOpen,
  }
}

/** Proposals with the keys their effects are known by. */
export function keyed(
  runId: string,
  author: KeyedProposal['author'],
  proposals: readonly Proposal[],
): KeyedProposal[] {
  return proposals.map((proposal, index) => ({
    key: proposalKey(runId, index, proposal),
    author,
    proposal,
  }))
}

/** What an effect is known by: the same proposal of the same run acts once. */
export function proposalKey(runId: string, index: number, proposal: Proposal): string {
  return `${runId}:${index}:${hashOf(proposal).slice(0, 16)}`
}

const REPLIES: readonly Proposal['kind'][] = [
  'send_reply',
  'ask_back',
  'send_update_card_link',
  'usage_alert',
]

/** Judges all; a run writes to the customer once. */
export function judgeAll(
  proposals: readonly KeyedProposal[],
  context: JudgeContext,
  gates: Gates = GATES,
): Verdict[] {
  let hasReply = false
  return proposals.map((keyedProposal) => {
    const verdict = gates.judge(keyedProposal, context, gates.text)
    if (verdict.verdict === 'refuse' || !REPLIES.includes(keyedProposal.proposal.kind))
      return verdict
    if (hasReply) return { verdict: 'refuse', reason: 'a run writes to the customer once' }
    hasReply = true
    return verdict
  })
}
