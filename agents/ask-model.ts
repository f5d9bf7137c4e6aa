import type { Model, ModelAnswer } from '#src/gateways/model/model.ts'
import { maskSecrets } from '#src/approvals/secrets.ts'
import type { Contract } from './contract.ts'
import { promptNamed, type Prompt } from './prompt.ts'
import { readAnswer } from './read-answer.ts'

/** One purpose's call to a model, as it is stored with the run. */
export interface CallRecord {
  readonly purpose: string
  readonly provider: string
  readonly model: string
  readonly rawOutput: string
  readonly repairs: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly latencyMs: number
  readonly promptHash: string
  readonly schemaHash: string
  /** Why there is no answer; null when there is one. */
  readonly failure: 'none' | 'unavailable' | 'refusal' | 'invalid' | 'budget' | null
  readonly detail: string
}

export interface Question<Answer> {
  readonly purpose: string
  readonly prompt: Prompt
  readonly contract: Contract<Answer>
  /** Facts and the customer's text as data. */
  readonly input: Readonly<Record<string, unknown>>
}

/** The first try and one repair. */
const ATTEMPTS = 2

/**
 * Asks the model once, repairs once, and never throws: without a valid answer the caller's offline rules decide.
 * A refusal is not repaired. What may be spent is the model's own matter: a repair is a call of its own.
 */
export async function askModel<Answer>(
  model: Model | null,
  question: Question<Answer>,
): Promise<{ answer: Answer | null; record: CallRecord }> {
  const { contract } = question
  let record = emptyRecord(question)
  if (!model) return { answer: null, record }
  let complaint: string | null = null
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const said = await model.call(requestOf(question, complaint, record.rawOutput))
    record = { ...added(record, said), repairs: attempt }
    if (said.kind !== 'answer')
      return { answer: null, record: { ...record, failure: failureOf(said) } }
    const read = readAnswer(contract, said.content)
    if (read.kind === 'valid') return { answer: read.answer, record: { ...record, failure: null } }
    complaint = read.complaint
  }
  return { answer: null, record: { ...record, failure: 'invalid', detail: complaint ?? '' } }
}

/** Prompt, schema and the case's own words; a repair keeps all of it and says behind it what was wrong. */
export function requestOf<Answer>(
  question: Question<Answer>,
  complaint: string | null,
  output: string,
) {
  const { purpose, prompt, contract } = question
  const user = JSON.stringify(question.input)
  return {
    purpose,
    system: prompt.text,
    user: complaint === null ? user : `${user}\n\n${repairText(complaint, output)}`,
    schemaName: contract.name,
    schema: contract.jsonSchema,
    prompt: { name: prompt.name, version: prompt.version, hash: prompt.hash },
    schemaHash: contract.hash,
    isRepair: complaint !== null,
    complaintAbout: (content: string) => {
      const read = readAnswer(contract, content)
      return read.kind === 'valid' ? null : read.complaint
    },
  }
}

function emptyRecord<Answer>({ purpose, prompt, contract }: Question<Answer>): CallRecord {
  return {
    purpose,
    provider: '',
    model: '',
    rawOutput: '',
    repairs: 0,
    inputTokens: 0,
    outputTokens: 0,
    latencyMs: 0,
    promptHash: prompt.hash,
    schemaHash: contract.hash,
    failure: 'none',
    detail: '',
  }
}

function failureOf(said: Exclude<ModelAnswer, { kind: 'answer' }>): CallRecord['failure'] {
  return said.kind === 'unavailable' && said.isBudget === true ? 'budget' : said.kind
}

function added(record: CallRecord, said: ModelAnswer): CallRecord {
  if (said.kind === 'unavailable') return { ...record, detail: said.reason }
  return {
    ...record,
    provider: said.usage.provider,
    model: said.usage.model,
    rawOutput: maskSecrets(said.kind === 'answer' ? said.content : said.reason).slice(0, 20_000),
    inputTokens: record.inputTokens + said.usage.inputTokens,
    outputTokens: record.outputTokens + said.usage.outputTokens,
    latencyMs: record.latencyMs + said.usage.latencyMs,
  }
}

function repairText(complaint: string, output: string): string {
  return promptNamed('repair')
    .text.replace('{{complaint}}', () => complaint.slice(0, 500))
    .replace('{{output}}', () => output.slice(0, 2_000))
}
