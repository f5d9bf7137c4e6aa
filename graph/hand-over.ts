import { composeHolding } from '#agents/texts/merge.ts'
import { attachToEscalation } from '#src/approvals/open-escalation.ts'
import type { Proposal } from '#src/approvals/shapes.ts'
import { keyed } from './judge.ts'
import type { Node } from './nodes.ts'
import type { RunState } from './run-state.ts'
import { wantsBesides } from './wants.ts'
import { readCase } from './work.ts'

/**
 * A case for a person. A verified customer gets a holding reply drafted, which the person may send; a stranger gets
 * nothing: mail never goes to an address that is no verified contact. A case somebody has in hand is added to theirs.
 */
export const humanNode: Node = async (state, context) => {
  const claimed = state.claimedEscalationId
  if (state.decision?.reasonCode === 'human_owns_case' && claimed !== null) {
    const note = { decision: state.decision, trigger: triggerNote(state) }
    const isAttached = await context.scope.transact((ctx) =>
      attachToEscalation(ctx, { id: claimed, runId: state.workflowId, note }),
    )
    if (isAttached)
      return { outcome: { kind: 'attached', escalationId: claimed }, escalationReason: null }
  }
  const reason = state.decision?.reasonCode ?? 'customer_needs_person'
  const mayAnswer = state.trigger.type === 'customer_query' && state.sender.trust === 'verified'
  const file = mayAnswer ? await readCase(state, context, false) : null
  const besides = state.decision ? wantsBesides(state.decision) : []
  const draft = file ? composeHolding(file.language, file.facts, besides) : null
  const drafts: Proposal[] = draft ? [{ kind: 'send_reply', ...draft }] : []
  return {
    facts: { ...file?.facts },
    proposals: keyed(state.workflowId, 'rules', drafts),
    verdicts: drafts.map(() => ({ verdict: 'ask', reason: 'a person has the case' })),
    escalationReason: reason,
  }
}

/** What a person sees of the trigger. */
export function triggerNote(state: RunState): Record<string, unknown> {
  const { trigger } = state
  if (trigger.type === 'customer_query') {
    return { ...trigger.payload, text: trigger.payload.text.slice(0, 20_000) }
  }
  if (trigger.type === 'usage_anomaly') return { ...trigger.payload }
  return { id: trigger.payload.id, type: trigger.payload.type }
}
