import { z } from 'zod/v3'
import { contract } from '../contract.ts'
import { PARTS } from '../proposal-parts.ts'

const ProposalByModel = z.union([
  PARTS.sendReply,
  PARTS.usageAlert,
  PARTS.usageCap,
  PARTS.askBack,
  PARTS.escalate,
])
export type AnomalyProposalByModel = z.infer<typeof ProposalByModel>

/** What the anomaly model answers. */
export const ANOMALY_CONTRACT = contract(
  'anomaly_proposals',
  z
    .object({ reasoning: z.string().max(2_000), proposals: z.array(ProposalByModel).min(1).max(4) })
    .strict(),
)
