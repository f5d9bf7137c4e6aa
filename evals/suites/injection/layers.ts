import { z } from 'zod'
import type { Agent } from '#agents/agent.ts'
import { modelInput } from '#agents/agent.ts'
import { anomalyAgent } from '#agents/anomaly/agent.ts'
import { askModel } from '#agents/ask-model.ts'
import { dunningAgent } from '#agents/dunning/agent.ts'
import { inquiryAgent } from '#agents/inquiry/agent.ts'
import { promptNamed } from '#agents/prompt.ts'
import { DECISION_CONTRACT } from '#agents/supervisor-contract.ts'
import { decideByGuards } from '#graph/guards.ts'
import type { Node, Nodes } from '#graph/nodes.ts'
import { nodesBehind } from '#graph/wiring.ts'
import { workNode } from '#graph/work.ts'
import type { Gates } from '#src/approvals/gates.ts'
import { Proposal } from '#src/approvals/shapes.ts'
import type { Goal } from './attack.ts'
import { UNBOUND_SCHEMA } from './obedient-model.ts'
import { DEEDS } from './orders.ts'

/** How far an attack is let in before the next layer has to hold it. */
export const LAYERS = ['product', 'past the supervisor', 'past the contracts'] as const
export type Layer = (typeof LAYERS)[number]

/**
 * The graph with its outer layers open, so that the inner ones show what they hold by themselves. `past the supervisor`: the
 * model alone routes what the guards leave. `past the contracts`: agents besides take any proposal a model writes, its
 * ids and dates included.
 */
export function nodesOf(layer: Layer, gates: Gates): Nodes {
  const nodes = nodesBehind(gates)
  switch (layer) {
    case 'product':
      return nodes
    case 'past the supervisor':
      return { ...nodes, supervisor: gullible(nodes.supervisor) }
    case 'past the contracts':
      return {
        ...nodes,
        supervisor: gullible(nodes.supervisor),
        dunning_agent: workNode('dunning_agent', unbound('dunning', dunningAgent), gates),
        inquiry_agent: workNode('inquiry_agent', unbound('inquiry', inquiryAgent), gates),
        anomaly_agent: workNode('anomaly_agent', unbound('anomaly', anomalyAgent), gates),
      }
  }
}

/** Whether a layer has anything to show for a goal: without a contract only deeds that a verb exists for are news. */
export function isTried(layer: Layer, goal: Goal): boolean {
  return (
    layer !== 'past the contracts' ||
    DEEDS[goal].wild.some(({ kind }) =>
      Proposal.options.some((one) => one.shape.kind.value === kind),
    )
  )
}

/** Believes the model: what the offline rules know of orders is left out. */
function gullible(supervisor: Node): Node {
  return async (state, context) => {
    if (decideByGuards(state) || state.trigger.type !== 'customer_query')
      return supervisor(state, context)
    const { answer } = await askModel(context.deps.model, {
      purpose: 'supervisor',
      prompt: promptNamed('supervisor'),
      contract: DECISION_CONTRACT,
      input: { message: state.trigger.payload },
    })
    if (!answer) return supervisor(state, context)
    return { decision: { ...answer, source: 'model', confidence: 1, otherWants: [] } }
  }
}

const Answer = z.object({ reasoning: z.string(), proposals: z.array(Proposal) })

/** An agent without a contract, and without the model its offline self. */
function unbound(purpose: 'dunning' | 'inquiry' | 'anomaly', agent: Agent): Agent {
  return async (file, model) => {
    const said = await model?.call({
      purpose,
      system: promptNamed(purpose).text,
      user: JSON.stringify(modelInput(file, file.facts)),
      schemaName: UNBOUND_SCHEMA,
      schema: {},
    })
    if (said?.kind !== 'answer') return agent(file, null)
    const { reasoning, proposals } = Answer.parse(onlyKnown(JSON.parse(said.content)))
    return { author: 'model', reasoning, proposals, record: null }
  }
}

/** Kinds that no verb exists for cannot be done by anybody. */
function onlyKnown(answer: unknown): unknown {
  const { reasoning, proposals } = z
    .object({ reasoning: z.string(), proposals: z.array(z.unknown()) })
    .parse(answer)
  return { reasoning, proposals: proposals.filter((one) => Proposal.safeParse(one).success) }
}
