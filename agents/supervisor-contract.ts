import { z } from 'zod/v3'
import { contract } from './contract.ts'

/** The decision contract (DESIGN §4): reasoning first in generation order, the route a closed enum. */
export const DECISION_CONTRACT = contract(
  'routing_decision',
  z
    .object({
      reasoning: z.string().max(2_000),
      nextAgent: z.enum(['dunning_agent', 'inquiry_agent', 'anomaly_agent', 'human_escalation']),
    })
    .strict(),
)
