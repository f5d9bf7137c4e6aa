import { z } from 'zod/v3'
import { contract } from '../contract.ts'
import { PARTS } from '../proposal-parts.ts'

const ProposalByModel = z.union([
  PARTS.sendReply,
  PARTS.attachInvoice,
  PARTS.proposeCredit,
  PARTS.askBack,
  PARTS.escalate,
])
export type InquiryProposalByModel = z.infer<typeof ProposalByModel>

/** What the inquiry model answers. */
export const INQUIRY_CONTRACT = contract(
  'inquiry_proposals',
  z
    .object({ reasoning: z.string().max(2_000), proposals: z.array(ProposalByModel).min(1).max(4) })
    .strict(),
)
