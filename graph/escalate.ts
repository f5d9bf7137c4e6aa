import { openEscalation } from '#src/approvals/open-escalation.ts'
import { fillFacts } from '#src/approvals/gate-text.ts'
import type { Node } from './nodes.ts'
import type { RunState } from './run-state.ts'
import { triggerNote } from './hand-over.ts'

/** Puts the case into the human queue, once per round; the run then waits in the next node. */
export const escalateNode: Node = async (state, { scope }) => {
  const reason = state.escalationReason ?? 'approval_needed'
  const id = await scope.transact((ctx) =>
    openEscalation(ctx, {
      runId: state.workflowId,
      customerId: state.customerId,
      reason,
      summary: summaryOf(state, reason),
      key: `${state.workflowId}:${state.round}`,
      context: {
        trigger: { type: state.trigger.type, ...triggerNote(state) },
        billingStatus: state.billingStatus,
        facts: state.facts,
        decision: state.decision ?? null,
        agentReasoning: state.agentReasoning,
        proposals: state.proposals.map(({ key, proposal }, index) => ({
          key,
          ...proposal,
          ...state.verdicts[index],
        })),
        draft: draftOf(state),
        drifted: state.drifted,
      },
    }),
  )
  return {
    escalationId: id,
    drifted: [],
    answer: undefined,
    outcome: { kind: 'waiting', escalationId: id },
  }
}

/** The reply that an approval would send, as the customer would read it. */
function draftOf(state: RunState): { subject: string; text: string } | null {
  const asked = state.proposals.find(
    ({ proposal }, index) => state.verdicts[index]?.verdict === 'ask' && 'text' in proposal,
  )
  if (!asked || !('text' in asked.proposal)) return null
  const options = { facts: state.facts, author: asked.author }
  const subject = fillFacts(asked.proposal.subject, options)
  const text = fillFacts(asked.proposal.text, options)
  return subject.kind === 'filled' && text.kind === 'filled'
    ? { subject: subject.text, text: text.text }
    : null
}

function summaryOf(state: RunState, reason: string): string {
  const who = state.customerId === null ? 'an unknown sender' : `account ${state.customerId}`
  const why = state.decision?.nextAgent === 'human_escalation' ? state.decision.reasoning : null
  const asked = state.proposals.flatMap(({ proposal }, index) => {
    if (state.verdicts[index]?.verdict !== 'ask') return []
    return 'reason' in proposal ? [proposal.reason] : []
  })
  return `${reason.replaceAll('_', ' ')}, ${who}: ${why ?? (asked.join('; ') || state.agentReasoning)}`
}
