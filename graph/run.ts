import { Command, type BaseCheckpointSaver } from '@langchain/langgraph'
import type { Scope } from '#db/context.ts'
import { resolveEscalation } from '#src/approvals/answer-escalation.ts'
import { followUpEscalation } from '#src/approvals/follow-up.ts'
import { loadEscalation, type Escalation } from '#src/approvals/load-escalation.ts'
import { loadRun } from '#src/approvals/runs/list-runs.ts'
import { recordRun } from '#src/approvals/runs/record-run.ts'
import { runIdOf, type TriggerRef } from '#src/approvals/runs/start-run.ts'
import { AppError } from '#src/kernel/errors.ts'
import { accountedModel } from './accounted-model.ts'
import { giveUp } from './give-up.ts'
import { supervisorGraph } from './graph.ts'
import type { Nodes, RunDeps } from './nodes.ts'
import { openRun, type Opened } from './open-run.ts'
import { givesUp, RUN_LIMITS, stopwatch } from './run-limits.ts'
import { recordOf } from './run-record.ts'
import { RunState } from './run-state.ts'
import { isForShadow } from './shadow.ts'
import { inSpan } from './span.ts'
import { outcomeText, settledAs } from './settled-as.ts'
import { NODES } from './wiring.ts'

export interface RunResult {
  readonly runId: string
  readonly status: 'done' | 'waiting' | 'failed'
  readonly state: RunState | null
}

/**
 * Runs the graph for one trigger, once: handed over again it goes on where it stopped, or changes nothing. A run that
 * does not come to an end (limits) is given to a person.
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
    const limits = deps.limits ?? RUN_LIMITS
    try {
      return await goOn(scope, deps, opened, nodes)
    } catch (error) {
      const reason = givesUp(error, opened.attempts, limits)
      if (reason === null) throw error
      await giveUp(scope, opened.state, { reason, error })
      return { runId, status: 'failed', state: null }
    }
  })
}

/** Begins a run, or goes on from its last checkpoint. */
async function goOn(
  scope: Scope,
  deps: RunDeps,
  { isNew, state }: Extract<Opened, { kind: 'open' }>,
  nodes: Nodes,
): Promise<RunResult> {
  const runId = state.workflowId
  const app = graphFor(nodes, deps.checkpointer)
  const config = configOf(scope, deps, runId)
  if (isNew) {
    const values = await app.invoke(state, withNewThread(config))
    return finish(scope, runId, values)
  }
  const before = await app.getState(config)
  const hasBegun = Object.keys(before.values as object).length > 0
  if (hasBegun && before.next.includes('wait_human')) return finish(scope, runId, before.values)
  return finish(scope, runId, await app.invoke(hasBegun ? null : state, config))
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
  const run = await scope.transact((ctx) => loadRun(ctx, runId))
  // It ended before the escalation was closed; its checkpoints are none of its end.
  if (run.status === 'done' || run.status === 'failed') {
    await scope.transact((ctx) => resolveEscalation(ctx, id, outcomeText(run.outcome)))
    return { runId, status: run.status, state: null }
  }
  const app = graphFor(nodes, deps.checkpointer)
  const config = configOf(scope, deps, runId)
  const snapshot = await app.getState(config)
  if (Object.keys(snapshot.values as object).length === 0)
    throw new AppError('internal', `run ${runId} waits, and its checkpoint is gone`)
  const stored = RunState.partial().parse(snapshot.values)
  let values: unknown = snapshot.values
  if (snapshot.next.includes('wait_human') && stored.escalationId === id)
    values = await app.invoke(new Command({ resume: { escalationId: id } }), config)
  else if (snapshot.next.length > 0 && !snapshot.next.includes('wait_human'))
    values = await app.invoke(null, config)
  const result = await finish(scope, runId, values)
  await scope.transact((ctx) => resolveEscalation(ctx, id, answeredAs(result, id)))
  return result
}

/** A later question in the run's state means that this one is asked again. */
function answeredAs({ state }: RunResult, escalationId: string): string {
  if (!state) return outcomeText(null)
  return settledAs({ ...state, asksAgain: state.escalationId !== escalationId })
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
  const model =
    deps.model &&
    accountedModel(
      deps.model,
      scope,
      { runId },
      (request) => deps.shadow != null && isForShadow(request),
    )
  const limits = deps.limits ?? RUN_LIMITS
  return {
    configurable: { thread_id: runId },
    durability: 'sync' as const,
    recursionLimit: limits.hops,
    context: {
      scope,
      deps: { model, publicUrl: deps.publicUrl },
      checkTime: stopwatch(limits),
    },
  }
}

/** The saver need not look for checkpoints of a run that begins. */
function withNewThread(config: ReturnType<typeof configOf>): ReturnType<typeof configOf> {
  return {
    ...config,
    configurable: { ...config.configurable, isNew: true } as { thread_id: string },
  }
}

async function locked<Result>(
  deps: RunDeps,
  runId: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const attributes = {
    'gen_ai.operation.name': 'invoke_workflow',
    'gen_ai.workflow.name': 'supervisor',
    'gen_ai.conversation.id': runId,
  }
  const result = await deps.locks.hold(runId, () =>
    inSpan('invoke_workflow supervisor', { attributes }, work),
  )
  // The job is tried again with backoff: by then the other has finished.
  if (result === 'busy') throw new AppError('unavailable', `run ${runId} is being worked on`)
  return result
}
