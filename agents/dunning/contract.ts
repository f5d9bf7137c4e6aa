import { z } from 'zod/v3'
import { contract } from '../contract.ts'
import { PARTS } from '../proposal-parts.ts'

const ProposalByModel = z.union([
  PARTS.sendReply,
  PARTS.promiseToPay,
  PARTS.pauseDunning,
  PARTS.paymentPlan,
  PARTS.askBack,
  PARTS.escalate,
])
export type DunningProposalByModel = z.infer<typeof ProposalByModel>

/** What the dunning model answers for a customer's mail. */
export const DUNNING_CONTRACT = contract(
  'dunning_proposals',
  z
    .object({ reasoning: z.string().max(2_000), proposals: z.array(ProposalByModel).min(1).max(4) })
    .strict(),
)

/** What it answers when it words a scheduled mail: the text alone, everything else is decided. */
export const DUNNING_MAIL_CONTRACT = contract(
  'dunning_mail',
  z.object({ subject: z.string().max(200), text: z.string().max(4_000) }).strict(),
)
