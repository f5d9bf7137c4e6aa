import type { Model, ModelAnswer } from '#src/gateways/model/model.ts'
import { maskSecrets } from '#src/approvals/secrets.ts'
import type { Contract } from './contract.ts'
import { promptNamed, type Prompt } from './prompt.ts'

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

/** What may still be spent by this run (and its organisation today). */
export interface Budget {
  readonly calls: number
  readonly tokens: number
}

export interface Question<Answer> {
  readonly purpose: string
  readonly prompt: Prompt
  readonly contract: Contract<Answer>
  /** Facts and the customer's text as data. */
  readonly input: Readonly<Record<string, unknown>>
}

/**
 * Asks the model once, repairs once, and never throws: without a valid answer the caller's offline rules decide.
 * A refusal is not repaired. The budget counts a repair as a call of its own.
 */
export async function askModel<Answer>(
  model: Model | null,
  budget: Budget,
  question: Question<Answer>,
): Promise<{ answer: Answer | null; record: CallRecord }> {
  const { prompt, contract } = question
  let record: CallRecord = {
    purpose: question.purpose,
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
  if (!model) return { answer: null, record }
  const user = JSON.stringify(question.input)
  let complaint: string | null = null
  for (let attempt = 0; attempt < 2; attempt += 1) {
    if (!within(budget, attempt, record))
      return { answer: null, record: { ...record, failure: 'budget' } }
    const said = await model.call({
      purpose: question.purpose,
      system: prompt.text,
      user: complaint === null ? user : `${user}\n\n${repairText(complaint, record.rawOutput)}`,
      schemaName: contract.name,
      schema: contract.jsonSchema,
    })
    record = { ...added(record, said), repairs: attempt }
    if (said.kind !== 'answer') return { answer: null, record: { ...record, failure: said.kind } }
    const read = readAnswer(contract, said.content)
    if (read.kind === 'valid') return { answer: read.answer, record: { ...record, failure: null } }
    complaint = read.complaint
  }
  return { answer: null, record: { ...record, failure: 'invalid', detail: complaint ?? '' } }
}

function within(budget: Budget, attempt: number, record: CallRecord): boolean {
  return budget.calls > attempt && budget.tokens > record.inputTokens + record.outputTokens
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

type Read<Answer> =
  | { readonly kind: 'valid'; readonly answer: Answer }
  | { readonly kind: 'invalid'; readonly complaint: string }

/** Servers below strict schema may fence their JSON: the outermost object is what counts. */
function readAnswer<Answer>(contract: Contract<Answer>, content: string): Read<Answer> {
  const start = content.indexOf('{')
  const end = content.lastIndexOf('}')
  let value: unknown
  try {
    value = JSON.parse(start >= 0 && end > start ? content.slice(start, end + 1) : content)
  } catch {
    return { kind: 'invalid', complaint: 'The answer is not JSON.' }
  }
  const parsed = contract.schema.safeParse(value)
  if (parsed.success) return { kind: 'valid', answer: parsed.data }
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  return { kind: 'invalid', complaint: issues.join('; ') }
}
