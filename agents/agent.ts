import type { Model } from '#src/gateways/model/model.ts'
import type { Facts } from '#src/approvals/gate-text.ts'
import type { Proposal } from '#src/approvals/shapes.ts'
import type { CallRecord } from './ask-model.ts'
import { wordsOf, type CaseFile } from './tools/case-file.ts'

/** What an agent hands over: proposals, in the order they are to be done, and who wrote them. */
export interface AgentWork {
  readonly author: 'model' | 'rules'
  readonly reasoning: string
  readonly proposals: readonly Proposal[]
  readonly record: CallRecord | null
}

/** An agent reads a case file and proposes; it can do nothing else. */
export type Agent = (file: CaseFile, model: Model | null) => Promise<AgentWork>

const LONGEST_PROMPT_TEXT = 12_000

/** What a model is shown: the facts it may name, and the trigger as data. */
export function modelInput(file: CaseFile, facts: Facts): Record<string, unknown> {
  const base = { language: file.language, trigger: file.trigger.type, facts }
  if (file.trigger.type !== 'customer_query') return base
  return {
    ...base,
    customer_message: {
      subject: file.trigger.payload.subject.slice(0, 500),
      text: wordsOf(file.trigger).slice(0, LONGEST_PROMPT_TEXT),
    },
  }
}

/** Facts whose keys begin with one of the prefixes: each agent sees its own part. */
export function factsFor(file: CaseFile, prefixes: readonly string[]): Facts {
  return Object.fromEntries(
    Object.entries(file.facts).filter(([key]) => prefixes.some((prefix) => key.startsWith(prefix))),
  )
}
