import type { Agent, AgentWork } from '#agents/agent.ts'
import { compose } from '#agents/texts/compose.ts'
import { openCaseFile, type CaseFile } from '#agents/tools/case-file.ts'
import type { KeyedProposal, Proposal, Verdict } from '#src/approvals/shapes.ts'
import { attachToEscalation } from '#src/approvals/open-escalation.ts'
import { judgeAll, judgeContext, keyed } from './judge.ts'
import type { Node, RunContext } from './nodes.ts'
import type { RunState } from './run-state.ts'
import { budgetOf } from './supervisor.ts'

/** Reads the case afresh. */
export function readCase(
  state: RunState,
  { scope, deps }: RunContext,
  withUsage: boolean,
): Promise<CaseFile | null> {
  const { customerId } = state
  if (customerId === null) return Promise.resolve(null)
  return scope.transact((ctx) =>
    openCaseFile(ctx, {
      trigger: state.trigger,
      customerId,
      anomalyId: state.anomalyId,
      withUsage,
      publicUrl: deps.publicUrl,
    }),
  )
}

/** A worker's node: case file → agent → judged proposals. A model's refused text gives way to the offline one. */
export function workNode(agent: Agent, withUsage: boolean): Node {
  return async (state, context) => {
    const file = await readCase(state, context, withUsage)
    if (!file) return { escalationReason: 'unknown_account' }
    const work = await agent(file, context.deps.model, budgetOf(state))
    const judged = judge(state, file, work)
    const refused = work.author === 'model' && judged.verdicts.some(isRefused)
    const byRules = refused ? await agent(file, null, { calls: 0, tokens: 0 }) : null
    const final = byRules ? judge(state, file, byRules) : judged
    return {
      facts: { ...file.facts },
      agentReasoning: byRules
        ? `The model's draft was refused: ${judged.verdicts.find(isRefused)?.reason ?? ''}`
        : work.reasoning,
      calls:
        work.record && work.record.failure !== 'none' ? [...state.calls, work.record] : state.calls,
      ...final,
      escalationReason: escalationReason(final),
    }
  }
}

function isRefused(verdict: Verdict): boolean {
  return verdict.verdict === 'refuse'
}

interface Judged {
  readonly proposals: KeyedProposal[]
  readonly verdicts: Verdict[]
}

function judge(
  state: RunState,
  file: CaseFile,
  work: Pick<AgentWork, 'author' | 'proposals'>,
): Judged {
  const proposals = keyed(state.workflowId, work.author, work.proposals)
  return { proposals, verdicts: judgeAll(proposals, judgeContext(file, state)) }
}

/** Why a person is needed after this work, or null: something is asked, or a customer would get no answer. */
function escalationReason({ proposals, verdicts }: Judged): string | null {
  const asked = proposals.filter((_, index) => verdicts[index]?.verdict === 'ask')
  const handedOver = asked.find(({ proposal }) => proposal.kind === 'escalate')?.proposal
  if (handedOver?.kind === 'escalate')
    return /^[a-z_]+$/.test(handedOver.reason) ? handedOver.reason : 'agent_hands_over'
  if (asked.length > 0) return 'approval_needed'
  const nothingDone = proposals.length > 0 && verdicts.every(isRefused)
  return nothingDone ? 'nothing_allowed' : null
}

/**
 * A case for a person. A verified customer gets a holding reply drafted, which the person may send; a stranger gets
 * nothing: mail never goes to an address that is no verified contact. A case somebody has in hand is added to theirs.
 */
export const humanNode: Node = async (state, context) => {
  const claimed = state.claimedEscalationId
  if (state.decision?.reasonCode === 'human_owns_case' && claimed !== null) {
    const note = { decision: state.decision, trigger: triggerNote(state) }
    await context.scope.transact((ctx) =>
      attachToEscalation(ctx, { id: claimed, runId: state.workflowId, note }),
    )
    return { outcome: { kind: 'attached', escalationId: claimed }, escalationReason: null }
  }
  const reason = state.decision?.reasonCode ?? 'customer_needs_person'
  const mayAnswer = state.trigger.type === 'customer_query' && state.sender.trust === 'verified'
  const file = mayAnswer ? await readCase(state, context, false) : null
  const draft = file ? compose(file.language, ['holding'], file.facts) : null
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
