import type { Proposal } from '#src/approvals/shapes.ts'
import { factsFor, modelInput, type Agent } from '../agent.ts'
import { askModel } from '../ask-model.ts'
import { promptNamed } from '../prompt.ts'
import type { CaseFile } from '../tools/case-file.ts'
import { INQUIRY_CONTRACT, type InquiryProposalByModel } from './contract.ts'
import { inquiryOffline } from './offline.ts'

const FACTS = [
  'account.',
  'contact.',
  'seller.',
  'invoice.',
  'previous.',
  'change.',
  'investigation.',
  'latest.',
  'candidate.',
  'payment.card',
]

/** Explains invoices (S3). */
export const inquiryAgent: Agent = async (file, model) => {
  const { answer, record } = await askModel(model, {
    purpose: 'inquiry',
    prompt: promptNamed('inquiry'),
    contract: INQUIRY_CONTRACT,
    input: modelInput(file, factsFor(file, FACTS)),
  })
  if (answer)
    return {
      author: 'model',
      reasoning: answer.reasoning,
      proposals: answer.proposals.map((proposal) => proposalOf(proposal, file)),
      record,
    }
  return {
    author: 'rules',
    reasoning: 'The offline rules answered from the facts.',
    proposals: inquiryOffline(file),
    record,
  }
}

function proposalOf(said: InquiryProposalByModel, file: CaseFile): Proposal {
  const invoiceId = file.chosen.invoice?.id ?? ''
  switch (said.kind) {
    case 'attach_invoice':
    case 'propose_credit':
      return { ...said, invoiceId }
    case 'send_reply':
    case 'ask_back':
    case 'escalate':
      return said
  }
}
