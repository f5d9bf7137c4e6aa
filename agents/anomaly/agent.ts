import type { Proposal } from '#src/approvals/shapes.ts'
import { factsFor, modelInput, type Agent } from '../agent.ts'
import { askModel } from '../ask-model.ts'
import { promptNamed } from '../prompt.ts'
import type { CaseFile } from '../tools/case-file.ts'
import { ANOMALY_CONTRACT, type AnomalyProposalByModel } from './contract.ts'
import { anomalyOffline } from './offline.ts'

const FACTS = ['account.', 'contact.', 'seller.', 'usage.']

/** Explains usage (S4); whether it is unusual, the detector has said. */
export const anomalyAgent: Agent = async (file, model) => {
  const { answer, record } = await askModel(model, {
    purpose: 'anomaly',
    prompt: promptNamed('anomaly'),
    contract: ANOMALY_CONTRACT,
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
    reasoning: 'The offline rules explained the usage from the facts.',
    proposals: anomalyOffline(file),
    record,
  }
}

function proposalOf(said: AnomalyProposalByModel, file: CaseFile): Proposal {
  const metric = file.facts['usage.metric'] ?? ''
  switch (said.kind) {
    case 'usage_alert':
    case 'usage_cap':
      return { ...said, metric }
    case 'send_reply':
    case 'ask_back':
    case 'escalate':
      return said
  }
}
