import type { Proposal } from '#src/approvals/shapes.ts'
import { factsFor, modelInput, type Agent } from '../agent.ts'
import { askModel } from '../ask-model.ts'
import { promptNamed } from '../prompt.ts'
import type { CaseFile } from '../tools/case-file.ts'
import { pauseUntil } from '../tools/collection-facts.ts'
import { promiseDate } from '../tools/promise-date.ts'
import { wordsOf } from '../tools/case-file.ts'
import { DUNNING_CONTRACT, type DunningProposalByModel } from './contract.ts'
import { dunningOffline } from './offline.ts'

const DUNNING_FACTS = [
  'account.',
  'contact.',
  'seller.',
  'invoice.number',
  'invoice.open',
  'invoice.due',
  'invoice.link',
  'payment.',
  'promise.',
  'pause.',
  'dunning.',
]

/** Sees to payments that did not go through (S2). A machine's event needs no wording: the policy decides it. */
export const dunningAgent: Agent = async (file, model) => {
  const byRules = {
    author: 'rules' as const,
    reasoning: 'The dunning policy decided.',
    proposals: dunningOffline(file),
  }
  if (file.trigger.type !== 'customer_query') return { ...byRules, record: null }
  const { answer, record } = await askModel(model, {
    purpose: 'dunning',
    prompt: promptNamed('dunning'),
    contract: DUNNING_CONTRACT,
    input: modelInput(file, factsFor(file, DUNNING_FACTS)),
  })
  if (!answer) return { ...byRules, record }
  return {
    author: 'model',
    reasoning: answer.reasoning,
    proposals: answer.proposals.flatMap((proposal) => proposalOf(proposal, file)),
    record,
  }
}

/** Dates come from the customer's own words, read by code: a model only says that there is a promise. */
function proposalOf(said: DunningProposalByModel, file: CaseFile): Proposal[] {
  switch (said.kind) {
    case 'promise_to_pay': {
      const date = promiseDate(wordsOf(file.trigger), file.now, file.account.timeZone)
      return date === null ? [] : [{ kind: 'promise_to_pay', date }]
    }
    case 'pause_dunning':
      return [{ kind: 'pause_dunning', until: pauseUntil(file.now, file.account.timeZone) }]
    case 'payment_plan':
    case 'send_reply':
    case 'ask_back':
    case 'escalate':
      return [said]
  }
}
