import { Command, type BaseCheckpointSaver } from '@langchain/langgraph'
import type { Scope } from '#db/context.ts'
import { resolveEscalation } from '#src/approvals/answer-escalation.ts'
import { followUpEscalation } from '#src/approvals/follow-up.ts'
import { loadEscalation, type Escalation } from '#src/approvals/load-escalation.ts'
import { loadRoutingAccount } from '#src/approvals/runs/load-account.ts'
import { loadTrigger } from '#src/approvals/runs/load-trigger.ts'
import { recordRun } from '#src/approvals/runs/record-run.ts'
import { runIdOf, startRun, type TriggerRef } from '#src/approvals/runs/start-run.ts'
import { AppError } from '#src/kernel/errors.ts'
import { supervisorGraph } from './graph.ts'
import type { Nodes, RunDeps } from './nodes.ts'
import { recordOf } from './run-record.ts'
import { RunState } from './run-state.ts'
import { ResumeAnswer } from './settle.ts'
import { NODES } from './wiring.ts'

/** Tokens an organisation's runs may use in 24 hours. */
const TOKENS_PER_DAY = 2_000_000

export interface RunResult {
  readonly runId: string
  readonly status: 'done' | 'waiting'
  readonly state: RunState | null
}

/**
 * Runs the graph for one trigger, once: handed over again it goes on where it stopped, or changes nothing.
 * @throws not_found for a trigger whose row is gone; unavailable while another process has the run.
 */
export async function runTrigger(
  scope: Scope,
  deps: RunDeps,
  trigger: TriggerRef,
  nodes: Nodes = NODES,
): Promise<RunResult> {
  const runId = runIdOf(scope.orgId, trigger)
  return locked(deps, runId, async () => {
    const opened = await openRun(scope, trigger, runId)
    if (opened.kind === 'settled') return { runId, status: opened.status, state: null }
    const app = graphFor(nodes, deps.checkpointer)
    const config = configOf(scope, deps, runId)
    const before = opened.fresh ? null : await app.getState(config)
    const begun = before !== null && Object.keys(before.values as object).length > 0
    if (begun && before.next.length === 0) return finish(scope, runId, before.values)
    if (begun && before.next.includes('wait_human')) return finish(scope, runId, before.values)
    const values = await app.invoke(begun ? null : opened.state, config)
    return finish(scope, runId, values)
  })
}

/**
 * Resumes a run with the answer a person gave. Twice changes nothing; an answer to an earlier question is not taken
 * for one to a later.
 * @throws not_found; conflict when the escalation is not answered; unavailable while another process has the run.
 */
export async function resumeRun(
  scope: Scope,
  deps: RunDeps,
  input: { escalationId: string },
  nodes: Nodes = NODES,
): Promise<RunResult | null> {
  const escalation = await scope.transact((ctx) => loadEscalation(ctx, input.escalationId))
  if (escalation.status === 'resolved') return null
  if (escalation.status !== 'answered')
    throw new AppError('conflict', `the escalation is ${escalation.status}`)
  if (escalation.runId.startsWith('none:')) {
    await scope.transact((ctx) => followUpEscalation(ctx, escalation))
    return null
  }
  return locked(deps, escalation.runId, () => resume(scope, deps, escalation, nodes))
}

async function resume(
  scope: Scope,
  deps: RunDeps,
  escalation: Escalation,
  nodes: Nodes,
): Promise<RunResult> {
  const { runId, id } = escalation
  const app = graphFor(nodes, deps.checkpointer)
  const config = configOf(scope, deps, runId)
  const snapshot = await app.getState(config)
  const stored = RunState.partial().parse(snapshot.values)
  let values: unknown = snapshot.values
  // The run ended and its checkpoints are forgotten: only the escalation was left to close.
  if (Object.keys(snapshot.values as object).length === 0) {
    await scope.transact((ctx) => resolveEscalation(ctx, id, 'done'))
    return { runId, status: 'done', state: null }
  }
  if (snapshot.next.includes('wait_human') && stored.escalationId === id)
    values = await app.invoke(new Command({ resume: answerOf(escalation) }), config)
  else if (snapshot.next.length > 0 && !snapshot.next.includes('wait_human'))
    values = await app.invoke(null, config)
  const result = await finish(scope, runId, values)
  await scope.transact((ctx) => resolveEscalation(ctx, id, result.status))
  return result
}

function answerOf(escalation: Escalation): ReturnType<typeof ResumeAnswer.parse> {
  return ResumeAnswer.parse({
    escalationId: escalation.id,
    by: escalation.answeredBy ?? '',
    answer: escalation.answer,
  })
}

type Opened =
  | { readonly kind: 'settled'; readonly status: 'done' | 'waiting' }
  | { readonly kind: 'open'; readonly fresh: boolean; readonly state: RunState }

/** The run's row and its first state, read in one transaction. */
async function openRun(scope: Scope, ref: TriggerRef, runId: string): Promise<Opened> {
  return scope.transact(async (ctx) => {
    const loaded = await loadTrigger(ctx, ref)
    const { fresh, run } = await startRun(ctx, ref, loaded.customerId)
    if (run.status === 'done' || run.status === 'waiting')
      return { kind: 'settled', status: run.status }
    const account = await loadRoutingAccount(ctx, loaded.customerId, runId)
    const state = RunState.parse({
      orgId: ctx.orgId,
      userId: loaded.customerId ?? '',
      stripeCustomerId: account.stripeCustomerId,
      workflowId: runId,
      billingStatus: account.billingStatus,
      outstandingInvoices: account.outstandingInvoices,
      trigger: loaded.trigger,
      sender: { trust: loaded.trust ?? 'unverified' },
      account: {
        disputeOpen: account.disputeOpen,
        humanOwnsCase: account.claimedEscalationId !== null,
        dunningState: account.dunningState,
        automatedRepliesInThread: loaded.automatedRepliesInThread,
        runsInLast10Minutes: account.runsInLast10Minutes,
      },
      customerId: loaded.customerId,
      anomalyId: ref.type === 'usage_anomaly' ? ref.ref : null,
      claimedEscalationId: account.claimedEscalationId,
      tokensLeft: TOKENS_PER_DAY - account.tokensToday,
    })
    return { kind: 'open', fresh, state }
  })
}

/** Stores how the run stands; the graph's own state says whether it waits. */
async function finish(scope: Scope, runId: string, values: unknown): Promise<RunResult> {
  const state = RunState.parse(values)
  const record = recordOf(state)
  await scope.transact((ctx) => recordRun(ctx, runId, record))
  return { runId, status: record.status, state }
}

type CompiledGraph = ReturnType<typeof supervisorGraph>
const compiled = new WeakMap<Nodes, WeakMap<BaseCheckpointSaver, CompiledGraph>>()

/** Compiled once per process: a run's own things come with its config. */
function graphFor(nodes: Nodes, checkpointer: BaseCheckpointSaver): CompiledGraph {
  const known = compiled.get(nodes) ?? new WeakMap<BaseCheckpointSaver, CompiledGraph>()
  compiled.set(nodes, known)
  const graph = known.get(checkpointer) ?? supervisorGraph(nodes, checkpointer)
  known.set(checkpointer, graph)
  return graph
}

function configOf(scope: Scope, deps: RunDeps, runId: string) {
  return {
    configurable: { thread_id: runId },
    durability: 'sync' as const,
    context: { scope, deps: { model: deps.model, publicUrl: deps.publicUrl } },
  }
}

async function locked<Result>(
  deps: RunDeps,
  runId: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const result = await deps.locks.hold(runId, work)
  // The job is tried again with backoff: by then the other has finished.
  if (result === 'busy') throw new AppError('unavailable', `run ${runId} is being worked on`)
  return result
}
