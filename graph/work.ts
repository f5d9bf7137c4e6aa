import type { Agent, AgentWork } from '#agents/agent.ts'
import { openCaseFile, type CaseFile } from '#agents/tools/case-file.ts'
import { GATES, type Gates } from '#src/approvals/gates.ts'
import type { KeyedProposal, Verdict } from '#src/approvals/shapes.ts'
import { judgeAll, judgeContext, keyed, proposalKey } from './judge.ts'
import { mergeParts } from './merge-parts.ts'
import type { Node, RunContext } from './nodes.ts'
import type { RunState } from './run-state.ts'
import type { Worker } from './state.ts'

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

/**
 * A worker's node: case file → agent → judged proposals, kept as its part of the answer. A model's refused text gives way
 * to the offline one.
 */
export function workNode(worker: Worker, agent: Agent, gates: Gates = GATES): Node {
  return async (state, context) => {
    const file = await readCase(state, context, worker === 'anomaly_agent')
    if (!file) return { escalationReason: 'unknown_account', ...noPart(state, worker) }
    const work = await agent(file, context.deps.model)
    const judged = await withoutNames(judge(state, file, work, gates), file, context, gates)
    const refused = work.author === 'model' && judged.verdicts.some(isRefused)
    const byRules = refused ? await agent(file, null) : null
    const final = byRules ? judge(state, file, byRules, gates) : judged
    const reasoning = byRules
      ? `The model's draft was refused: ${judged.verdicts.find(isRefused)?.reason ?? ''}`
      : work.reasoning
    return {
      facts: { ...state.facts, ...file.facts },
      agentReasoning: [state.agentReasoning, reasoning].filter((said) => said !== '').join(' '),
      calls:
        work.record && work.record.failure !== 'none' ? [...state.calls, work.record] : state.calls,
      parts: [...state.parts, { agent: worker, ...final }],
      ...final,
      escalationReason: escalationReason(final),
    }
  }
}

function noPart(state: RunState, worker: Worker): Pick<RunState, 'parts'> {
  return { parts: [...state.parts, { agent: worker, proposals: [], verdicts: [] }] }
}

/** Several agents' parts as one answer, judged together on the account as it stands now. */
export function mergeNode(gates: Gates = GATES): Node {
  return (state, context) => merged(state, context, gates)
}

async function merged(
  state: RunState,
  context: RunContext,
  gates: Gates,
): Promise<Partial<RunState>> {
  const withUsage = state.parts.some(({ agent }) => agent === 'anomaly_agent')
  const file = await readCase(state, context, withUsage)
  if (!file) return { escalationReason: 'unknown_account' }
  const proposals = mergeParts(state.parts, file.language).map(({ author, proposal }, index) => ({
    key: proposalKey(state.workflowId, index, proposal),
    author,
    proposal,
  }))
  const final = { proposals, verdicts: judgeAll(proposals, judgeContext(file, state), gates) }
  return { facts: { ...file.facts }, ...final, escalationReason: escalationReason(final) }
}

/** A model's text that names another account is refused as well. */
async function withoutNames(
  judged: Judged,
  file: CaseFile,
  { scope }: RunContext,
  gates: Gates,
): Promise<Judged> {
  const written = judged.proposals.filter(
    ({ author, proposal }) => author === 'model' && 'text' in proposal,
  )
  const text = written
    .map(({ proposal }) => ('text' in proposal ? `${proposal.subject}\n${proposal.text}` : ''))
    .join('\n')
  if (text === '') return judged
  const [named] = await scope.transact((ctx) => gates.names(ctx, file.account.id, text))
  if (!named) return judged
  const verdicts = judged.verdicts.map((verdict, index) =>
    written.some((one) => one === judged.proposals[index])
      ? { verdict: 'refuse' as const, reason: `${named.code}: ${named.found}` }
      : verdict,
  )
  return { ...judged, verdicts }
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
  gates: Gates,
): Judged {
  const proposals = keyed(state.workflowId, work.author, work.proposals)
  return { proposals, verdicts: judgeAll(proposals, judgeContext(file, state), gates) }
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
