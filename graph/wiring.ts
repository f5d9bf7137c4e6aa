import { anomalyAgent } from '#agents/anomaly/agent.ts'
import { dunningAgent } from '#agents/dunning/agent.ts'
import { inquiryAgent } from '#agents/inquiry/agent.ts'
import { GATES, type Gates } from '#src/approvals/gates.ts'
import { actNode } from './act.ts'
import { escalateNode } from './escalate.ts'
import type { Nodes } from './nodes.ts'
import { settleNode } from './settle.ts'
import { supervisorNode } from './supervisor.ts'
import { humanNode } from './hand-over.ts'
import { mergeNode, workNode } from './work.ts'

/** The product's nodes, every proposal behind these gates. */
export function nodesBehind(gates: Gates): Nodes {
  return {
    supervisor: supervisorNode,
    dunning_agent: workNode('dunning_agent', dunningAgent, gates),
    inquiry_agent: workNode('inquiry_agent', inquiryAgent, gates),
    anomaly_agent: workNode('anomaly_agent', anomalyAgent, gates),
    human_escalation: humanNode,
    merge: mergeNode(gates),
    act: actNode(gates),
    escalate: escalateNode,
    settle: settleNode,
  }
}

/** The nodes of the product. */
export const NODES: Nodes = nodesBehind(GATES)
