import { EscalationAnswer, type KeyedProposal, type Proposal } from '#src/approvals/shapes.ts'
import type { CaseFile } from '#agents/tools/case-file.ts'
import { parseActor } from '#src/kernel/ids.ts'
import { z } from 'zod'
import { perform } from './act.ts'
import { judgeAll, judgeContext } from './judge.ts'
import type { Node } from './nodes.ts'
import type { RunState } from './run-state.ts'
import { readCase } from './work.ts'

/** What resumes a run: the person's answer and who gave it. */
export const ResumeAnswer = z.object({
  escalationId: z.string(),
  by: z.string(),
  answer: EscalationAnswer,
})

/**
 * Does what a person decided, on the account as it stands now. Figures that moved since the question was put are put
 * again; what has become forbidden meanwhile is not done.
 */
export const settleNode: Node = async (state, context) => {
  const { answer, by, escalationId } = ResumeAnswer.parse(state.answer)
  const decided = { kind: 'answered', decision: answer.decision, by, escalationId }
  if (answer.decision === 'reject') return { outcome: decided, drifted: [] }
  const withUsage = state.parts.some(({ agent }) => agent === 'anomaly_agent')
  const file = await readCase(state, context, withUsage)
  if (!file) return { outcome: { ...decided, sent: 'nobody to write to' }, drifted: [] }
  const chosen = approved(state, answer)
  const drifted = answer.decision === 'approve' ? movedFacts(state, file, chosen) : []
  if (drifted.length > 0)
    return {
      drifted,
      facts: { ...file.facts },
      round: state.round + 1,
      escalationReason: 'figures_moved',
    }
  const verdicts = judgeAll(chosen, judgeContext(file, state))
  const allowed = chosen.filter((_, index) => verdicts[index]?.verdict !== 'refuse')
  const current = { ...state, facts: { ...file.facts } }
  const asPerson = {
    ...context,
    scope: {
      ...context.scope,
      transact: <Result>(work: Parameters<typeof context.scope.transact<Result>>[0]) =>
        context.scope.transact((ctx) => work({ ...ctx, actor: parseActor(by) })),
    },
  }
  const effects = await perform(current, asPerson, allowed, {
    approvedBy: escalationId,
    amounts: file.amounts,
  })
  return {
    facts: current.facts,
    effects: [...state.effects, ...effects],
    outcome: decided,
    drifted: [],
  }
}

/** The proposals that the answer lets act, a person's text in place of the draft. */
function approved(state: RunState, answer: EscalationAnswer): KeyedProposal[] {
  const asked = state.proposals.filter((_, index) => state.verdicts[index]?.verdict === 'ask')
  if (answer.decision === 'approve') return asked
  const isDraft = (proposal: Proposal) => 'text' in proposal
  const draft = asked.find(({ proposal }) => isDraft(proposal))?.proposal
  const subject = draft && 'subject' in draft ? draft.subject : subjectOf(state)
  const written: KeyedProposal = {
    key: `${state.workflowId}:human:${state.round}`,
    author: 'human',
    proposal: { kind: 'send_reply', subject, text: answer.text ?? '' },
  }
  if (answer.decision === 'respond') return [written]
  return [written, ...asked.filter(({ proposal }) => !isDraft(proposal))]
}

function subjectOf(state: RunState): string {
  return state.trigger.type === 'customer_query' ? state.trigger.payload.subject.slice(0, 200) : ''
}

/** Facts a question named that have another value now. */
function movedFacts(
  state: RunState,
  file: CaseFile,
  proposals: readonly KeyedProposal[],
): string[] {
  const named = proposals.flatMap(({ proposal }) => [
    ...('factKey' in proposal ? [proposal.factKey] : []),
    ...('text' in proposal
      ? [...proposal.text.matchAll(/\{\{\s*fact:([a-z0-9_.]+)\s*\}\}/g)].map(([, key = '']) => key)
      : []),
  ])
  return [...new Set(named)].filter((key) => state.facts[key] !== file.facts[key])
}
