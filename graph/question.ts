import type { Question } from '#src/approvals/agent-inbox.ts'
import { fillFacts } from '#src/approvals/gate-text.ts'
import type { RunState } from './run-state.ts'

/** What the run asks a person, as it stands. */
export function questionOf(state: RunState): Question {
  const reason = state.escalationReason ?? 'approval_needed'
  return {
    reason,
    summary: summaryOf(state, reason),
    customerId: state.customerId,
    draft: draftOf(state),
    asked: asked(state).map(({ proposal }) => ({
      kind: proposal.kind,
      reason: 'reason' in proposal ? proposal.reason : undefined,
    })),
    drifted: state.drifted,
    refusal: state.refusal,
  }
}

function asked(state: RunState): RunState['proposals'] {
  return state.proposals.filter((_, index) => state.verdicts[index]?.verdict === 'ask')
}

/** The reply that an approval would send, as the customer would read it. */
function draftOf(state: RunState): { subject: string; text: string } | null {
  const draft = asked(state).find(({ proposal }) => 'text' in proposal)
  if (!draft || !('text' in draft.proposal)) return null
  const options = { facts: state.facts, author: draft.author }
  const subject = fillFacts(draft.proposal.subject, options)
  const text = fillFacts(draft.proposal.text, options)
  return subject.kind === 'filled' && text.kind === 'filled'
    ? { subject: subject.text, text: text.text }
    : null
}

function summaryOf(state: RunState, reason: string): string {
  const who = state.customerId === null ? 'an unknown sender' : `account ${state.customerId}`
  const moved = state.drifted.map(
    ({ fact, was, is }) => `${fact} was ${was ?? 'not known'}, is ${is ?? 'not known'}`,
  )
  const why = state.decision?.nextAgent === 'human_escalation' ? state.decision.reasoning : null
  const reasons = asked(state).flatMap(({ proposal }) =>
    'reason' in proposal ? [proposal.reason] : [],
  )
  const says = moved.join('; ') || why || reasons.join('; ') || state.agentReasoning
  return `${reason.replaceAll('_', ' ')}, ${who}: ${says}`
}
