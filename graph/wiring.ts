import { anomalyAgent } from '#agents/anomaly/agent.ts'
import { dunningAgent } from '#agents/dunning/agent.ts'
import { inquiryAgent } from '#agents/inquiry/agent.ts'
import { actNode } from './act.ts'
import { escalateNode } from './escalate.ts'
import type { Nodes } from './nodes.ts'
import { settleNode } from './settle.ts'
import { supervisorNode } from './supervisor.ts'
import { humanNode, workNode } from './work.ts'

/** The nodes of the product. */
export const NODES: Nodes = {
  supervisor: supervisorNode,
  dunning_agent: workNode(dunningAgent, false),
  inquiry_agent: workNode(inquiryAgent, false),
  anomaly_agent: workNode(anomalyAgent, true),
  human_escalation: humanNode,
  act: actNode,
  escalate: escalateNode,
  settle: settleNode,
}
