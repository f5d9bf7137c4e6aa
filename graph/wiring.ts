import { anomalyAgent } from '#agents/anomaly/agent.ts'
import { dunningAgent } from '#agents/dunning/agent.ts'
import { inquiryAgent } from '#agents/inquiry/agent.ts'
import { actNode } from './act.ts'
import { escalateNode } from './escalate.ts'
import type { Nodes } from './nodes.ts'
import { settleNode } from './settle.ts'
import { supervisorNode } from './supervisor.ts'
import { humanNode } from './hand-over.ts'
import { mergeNode, workNode } from './work.ts'

/** The nodes of the product. */
export const NODES: Nodes = {
  supervisor: supervisorNode,
  dunning_agent: workNode('dunning_agent', dunningAgent),
  inquiry_agent: workNode('inquiry_agent', inquiryAgent),
  anomaly_agent: workNode('anomaly_agent', anomalyAgent),
  human_escalation: humanNode,
  merge: mergeNode,
  act: actNode,
  escalate: escalateNode,
  settle: settleNode,
}
