import { resolveEscalation } from '#src/approvals/answer-escalation.ts'
import { recordRun } from '#src/approvals/runs/record-run.ts'
import { performedBefore } from '#src/approvals/perform-once.ts'
import type { EscalationAnswer, KeyedProposal, Proposal } from '#src/approvals/shapes.ts'
import { parseActor } from '#src/kernel/ids.ts'
import { perform } from './act.ts'
import { judgeAll, judgeContext } from './judge.ts'
import type { Node, RunContext } from './nodes.ts'
import type { RunState } from './run-state.ts'
import { recordOf } from './run-record.ts'
import { settledAs } from './settled-as.ts'
import { takeAnswer } from './take-answer.ts'
import { whatHoldsUp } from './what-holds-up.ts'
import { readCase } from './work.ts'

/**
 * Does what a person decided, on the account as it stands now. What moved since the question was put is put again; what
 * has become forbidden or pointless meanwhile is not done, and the outcome says so. Taken up again after a kill it goes
 * on with what it had begun.
 */
export const settleNode: Node = async (state, context) => {
  const change = await settle(state, context)
  if (context.person && change.refusal === null) await closeDirect(state, change, context)
  return change
}

async function settle(state: RunState, context: RunContext): Promise<Partial<RunState>> {
  const taken = await takeAnswer(state, context)
  if (taken.kind === 'refused') return { refusal: taken.why }
  const { answer, by, escalation } = taken
  const escalationId = escalation.id
  const decided = { kind: 'answered', decision: answer.decision, by, escalationId }
  const ended = { drifted: [], asksAgain: false, refusal: null }
  if (answer.decision === 'reject') return { ...ended, outcome: decided }
  const withUsage = state.parts.some(({ agent }) => agent === 'anomaly_agent')
  const file = await readCase(state, context, withUsage)
  if (!file) return { ...ended, outcome: { ...decided, said: NOBODY } }
  const chosen = approved(state, answer)
  const keys = chosen.map(({ key }) => key)
  const begun = await context.scope.transact((ctx) => performedBefore(ctx, keys))
  if (begun.size === 0) {
    const obstacle = whatHoldsUp(state, file, { answer, escalation, chosen })
    if (obstacle?.kind === 'moot') return { ...ended, outcome: { ...decided, said: obstacle.said } }
    if (obstacle) {
      return {
        refusal: null,
        asksAgain: true,
        drifted: obstacle.drifted,
        facts: { ...file.facts },
        account: { ...state.account, disputeOpen: file.collection.disputeOpen },
        round: state.round + 1,
        escalationReason: obstacle.reason,
      }
    }
  }
  const verdicts = judgeAll(chosen, judgeContext(file, state))
  // What it had begun before a kill was allowed then: it may itself be why it would not be now.
  const allowed = chosen.filter(
    ({ key }, index) => begun.has(key) || verdicts[index]?.verdict !== 'refuse',
  )
  const refused = verdicts.filter(
    (verdict, index) => verdict.verdict === 'refuse' && !begun.has(chosen[index]?.key ?? ''),
  )
  const current = { ...state, facts: { ...file.facts } }
  const effects = await perform(current, asPerson(context, by), allowed, {
    approvedBy: escalationId,
    amounts: file.amounts,
  })
  const said = saidOf(
    answer,
    effects.map(({ result }) => result),
    refused.map(({ reason }) => reason),
  )
  return {
    ...ended,
    facts: current.facts,
    effects: [...state.effects, ...effects],
    outcome: { ...decided, said },
  }
}

const NOBODY = 'nothing is sent: nobody to write to'

/** Verbs act in the name of the person who decided. */
function asPerson(context: RunContext, by: string): RunContext {
  const { scope } = context
  const transact: typeof scope.transact = (work) =>
    scope.transact((ctx) => work({ ...ctx, actor: parseActor(by) }))
  return { ...context, scope: { ...scope, transact } }
}

/** Over the API the run's own resumption closes escalation and run; answered straight to the graph, nobody else does. */
async function closeDirect(
  state: RunState,
  change: Partial<RunState>,
  { scope }: RunContext,
): Promise<void> {
  const settled = { ...state, ...change }
  await scope.transact(async (ctx) => {
    await resolveEscalation(ctx, state.escalationId ?? '', settledAs(settled))
    await recordRun(ctx, state.workflowId, recordOf(settled))
  })
}

/** In words what came of the answer. */
function saidOf(
  { decision }: EscalationAnswer,
  results: readonly string[],
  refused: readonly string[],
): string {
  const reasons = [
    ...refused,
    ...results.filter((result) => /^(refused: |nobody to write to$)/.test(result)),
  ]
  return reasons.length === 0 ? decision : `${decision}, but not all is done: ${reasons.join('; ')}`
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
