import {
  Annotation,
  END,
  interrupt,
  START,
  StateGraph,
  type BaseCheckpointSaver,
  type LastValue,
  type LangGraphRunnableConfig,
} from '@langchain/langgraph'
import { toHumanInterrupt } from '#src/approvals/agent-inbox.ts'
import type { Nodes, RunContext } from './nodes.ts'
import { questionOf } from './question.ts'
import { RunState } from './run-state.ts'
import { inSpan } from './span.ts'
import { WORKERS } from './state.ts'
import { afterWorker } from './wants.ts'

/**
 * A channel for each field, the last value counts. Not the schema itself: its state is parsed where it comes from and where
 * it goes, and LangGraph would compile it anew for every update of a node.
 */
const STATE = Annotation.Root(
  Object.fromEntries(Object.keys(RunState.shape).map((name) => [name, Annotation()])) as {
    [Name in keyof Required<RunState>]: LastValue<RunState[Name]>
  },
)

/**
 * Ties the nodes together. A person is asked in `wait_human`, which does nothing else: a resumed node runs again from
 * its first line, so effects stand in the nodes before (idempotent) and after it.
 */
export function supervisorGraph(nodes: Nodes, checkpointer: BaseCheckpointSaver | undefined) {
  const graph = new StateGraph(STATE)
    .addNode('supervisor', bound(nodes, 'supervisor'))
    .addNode('dunning_agent', bound(nodes, 'dunning_agent'))
    .addNode('inquiry_agent', bound(nodes, 'inquiry_agent'))
    .addNode('anomaly_agent', bound(nodes, 'anomaly_agent'))
    .addNode('human_escalation', bound(nodes, 'human_escalation'))
    .addNode('merge', bound(nodes, 'merge'))
    .addNode('act', bound(nodes, 'act'))
    .addNode('escalate', bound(nodes, 'escalate'))
    .addNode('wait_human', (state: RunState) => ({
      answer: interrupt(toHumanInterrupt(questionOf(state))),
      refusal: null,
    }))
    .addNode('settle', bound(nodes, 'settle'))
    .addEdge(START, 'supervisor')
    .addConditionalEdges('supervisor', afterSupervisor, [
      'dunning_agent',
      'inquiry_agent',
      'anomaly_agent',
      'human_escalation',
      END,
    ])
    .addConditionalEdges('dunning_agent', afterWorker, AFTER_WORKER)
    .addConditionalEdges('anomaly_agent', afterWorker, AFTER_WORKER)
    .addConditionalEdges('inquiry_agent', afterWorker, AFTER_WORKER)
    .addEdge('merge', 'act')
    .addConditionalEdges('human_escalation', afterWork, ['escalate', END])
    .addConditionalEdges('act', afterWork, ['escalate', END])
    .addEdge('escalate', 'wait_human')
    .addEdge('wait_human', 'settle')
    .addConditionalEdges('settle', afterSettle, ['escalate', 'wait_human', END])
  return graph.compile(checkpointer === undefined ? {} : { checkpointer })
}

/** Another agent for what else the customer wants, then all of it as one answer. */
const AFTER_WORKER = [...WORKERS, 'merge' as const, 'act' as const]

/** Automatic mail gets no agent and no queue item. */
function afterSupervisor(state: RunState) {
  if (!state.decision || state.decision.reasonCode === 'automatic_mail') return END
  return state.decision.nextAgent
}

/** Whatever needs a person goes to the queue; everything else is done. */
function afterWork(state: RunState) {
  return state.escalationReason !== null ? 'escalate' : END
}

/** What moved since the question was put is put again; an answer that was not taken leaves it as it is. */
function afterSettle(state: RunState) {
  if (state.refusal !== null) return 'wait_human'
  return state.asksAgain ? 'escalate' : END
}

function attributesOf(name: keyof Nodes, { workflowId, orgId }: RunState) {
  return {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': name,
    'gen_ai.conversation.id': workflowId,
    'tollkeeper.org.id': orgId,
  }
}

function bound(nodes: Nodes, name: keyof Nodes) {
  const node = nodes[name]
  return (state: RunState, config: LangGraphRunnableConfig<Partial<RunContext>>) => {
    const { scope, deps, checkTime, person } = config.context ?? {}
    if (!scope || !deps || !checkTime) throw new Error('a run needs its scope and its dependencies')
    checkTime()
    return inSpan(`invoke_agent ${name}`, { attributes: attributesOf(name, state) }, () =>
      node(state, { scope, deps, checkTime, person }),
    )
  }
}
