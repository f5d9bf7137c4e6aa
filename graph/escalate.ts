import { openEscalation } from '#src/approvals/open-escalation.ts'
import { triggerNote } from './hand-over.ts'
import type { Node } from './nodes.ts'
import { questionOf } from './question.ts'

/** Puts the case into the human queue, once per round; the run then waits in the next node. */
export const escalateNode: Node = async (state, { scope }) => {
  const { reason, summary, draft, drifted } = questionOf(state)
  const id = await scope.transact((ctx) =>
    openEscalation(ctx, {
      runId: state.workflowId,
      customerId: state.customerId,
      reason,
      summary,
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
          verdict: state.verdicts[index]?.verdict,
          why: state.verdicts[index]?.reason,
        })),
        draft,
        drifted,
      },
    }),
  )
  return {
    escalationId: id,
    asksAgain: false,
    answer: undefined,
    outcome: { kind: 'waiting', escalationId: id },
  }
}
