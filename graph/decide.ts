import { AppError, invalidField } from '#src/kernel/errors.ts'
import { decideByGuards } from './guards.ts'
import { decideOffline } from './offline.ts'
import { GraphState, type Decision } from './state.ts'

/** What a model makes of a case; null when it cannot be asked (budget, circuit, failure). */
export type ModelDecider = (
  state: GraphState,
) => Promise<Pick<Decision, 'nextAgent' | 'reasoning' | 'confidence' | 'otherWants'> | null>

/**
 * Guards, then the model if there is one, then the offline rules. Where the model was there but
 * could not be asked and the rules abstain, the reason code is `model_unavailable`.
 */
export async function decideCase(state: GraphState, model?: ModelDecider): Promise<Decision> {
  const guarded = decideByGuards(state)
  if (guarded) return guarded
  const asked = model && state.trigger.type === 'customer_query' ? await model(state) : undefined
  if (asked) return { ...asked, source: 'model' }
  const { abstained, ...ruled } = decideOffline(state)
  const isCutOff = asked === null && abstained === true
  return { ...ruled, source: 'rules', ...(isCutOff && { reasonCode: 'model_unavailable' }) }
}

/** Reads a GraphState from JSON; throws `invalid_input` naming the field (or `line N: field`). */
export function parseState(json: unknown, line?: number): GraphState {
  const parsed = GraphState.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const path = issue?.path.join('.') || 'state'
  throw invalidField(
    line === undefined ? path : `line ${line}: ${path}`,
    issue?.message ?? 'invalid',
  )
}

/**
 * Decides a file: one GraphState, or one a line when `isJsonLines`. Answers one JSON line a state
 * in DESIGN §5's shape. A bad line throws `invalid_input` before anything is answered.
 */
export async function decideFile(
  text: string,
  isJsonLines: boolean,
  model?: ModelDecider,
): Promise<string[]> {
  const states = isJsonLines ? parseLines(text) : [parseState(parseJson(text))]
  const answers: string[] = []
  for (const state of states) answers.push(answerLine(await decideCase(state, model)))
  return answers
}

function parseLines(text: string): GraphState[] {
  return text
    .split(/\r?\n/u)
    .map((source, at) => ({ source, line: at + 1 }))
    .filter(({ source }) => source.trim() !== '')
    .map(({ source, line }) => parseState(parseJson(source, line), line))
}

function parseJson(text: string, line?: number): unknown {
  try {
    const json: unknown = JSON.parse(text.replace(/^\uFEFF/u, ''))
    return json
  } catch (cause) {
    const where = line === undefined ? '' : `line ${line}: `
    throw new AppError('invalid_input', `${where}not JSON`, { cause })
  }
}

function answerLine({ nextAgent, reasoning, source, reasonCode, confidence }: Decision): string {
  return JSON.stringify({ nextAgent, reasoning, source, reasonCode, confidence })
}
