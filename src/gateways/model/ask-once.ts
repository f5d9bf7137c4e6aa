import { failureOf, UNREADABLE, type Failure } from './failure.ts'
import type { ModelAnswer, ModelRequest } from './model.ts'
import { requestIn, type Dialect } from './negotiate.ts'
import { postChat } from './post-chat.ts'
import { readCompletion, type RawCompletion } from './raw-completion.ts'
import { countTokens, MOST_OUTPUT_TOKENS } from './token-count.ts'

export interface Target {
  readonly apiKey: string
  readonly baseUrl: string
  readonly provider: string
  readonly model: string
}

export type Said =
  | { readonly kind: 'completion'; readonly raw: RawCompletion; readonly sent: string }
  | { readonly kind: 'failure'; readonly failure: Failure }

/**
 * One request in one dialect.
 * @throws the signal's reason when the deadline passes
 */
export async function askOnce(
  target: Target,
  dialect: Dialect,
  request: ModelRequest,
  signal: AbortSignal,
): Promise<Said> {
  const asked = { ...target, ...requestIn(dialect, request, MOST_OUTPUT_TOKENS) }
  const { sent, exchange } = await postChat(asked, signal)
  if (exchange.kind === 'no_response' || exchange.status !== 200)
    return { kind: 'failure', failure: failureOf(exchange) }
  const raw = readCompletion(exchange.body)
  return raw === null ? { kind: 'failure', failure: UNREADABLE } : { kind: 'completion', raw, sent }
}

/** What the caller gets of a completion. */
export function answerOf(
  target: Target,
  dialect: Dialect,
  { raw, sent }: Extract<Said, { kind: 'completion' }>,
  latencyMs: number,
): ModelAnswer {
  const usage = {
    provider: target.provider,
    model: raw.model ?? target.model,
    ...countTokens(raw.tokens, sent, raw.content),
    mode: dialect.mode,
    latencyMs,
  }
  return raw.refusal === null
    ? { kind: 'answer', content: raw.content, usage }
    : { kind: 'refusal', reason: raw.refusal.slice(0, 500), usage }
}
