import { AIMessage, HumanMessage, SystemMessage } from '@langchain/core/messages'
import { ChatOpenAI } from '@langchain/openai'
import { BrokenCircuitError, circuitBreaker, ConsecutiveBreaker, handleAll } from 'cockatiel'
import type { Model, ModelAnswer, ModelRequest, ModelUsage } from './model.ts'
import { formatFor, nextMode, systemFor, type AnswerMode } from './negotiate.ts'
import { readCompletion, type RawCompletion } from './raw-completion.ts'

export interface OpenAiOptions {
  readonly apiKey: string
  /** Any OpenAI-compatible server; default: OpenAI's own. */
  readonly baseUrl?: string | undefined
  readonly model: string
  /** Milliseconds one call may take; default 20,000. */
  readonly timeoutMs?: number
  /** Milliseconds the circuit stays open after five failures in a row; default 30,000. */
  readonly coolDownMs?: number
}

const FAILURES_TO_OPEN = 5

/** The call did not bring an answer: what the breaker counts. */
class UnavailableError extends Error {
  override readonly name = 'UnavailableError'
}

/**
 * A model behind an OpenAI-compatible chat API. Strict JSON schema is asked for; a server that does not know it is
 * asked for a JSON object, then for plain text with the schema in the prompt, and the mode that worked is kept.
 * Never throws: timeouts, 4xx, 429, 5xx and an open circuit are `unavailable`.
 */
export function openAiModel(options: OpenAiOptions): Model {
  let mode: AnswerMode = 'json_schema'
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: options.coolDownMs ?? 30_000,
    breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN),
  })

  const negotiate = async (request: ModelRequest): Promise<ModelAnswer> => {
    for (;;) {
      const attempted: AnswerMode = mode
      const result = await callOnce(options, request, attempted)
      if (result.kind === 'done') return result.answer
      const lower = result.kind === 'format_refused' ? nextMode(attempted) : null
      if (lower === null) throw new UnavailableError(result.reason)
      mode = lower
    }
  }

  return {
    call: async (request) => {
      try {
        return await breaker.execute(() => negotiate(request))
      } catch (error) {
        if (error instanceof BrokenCircuitError)
          return { kind: 'unavailable', reason: 'circuit open' }
        const reason = error instanceof Error ? error.message : 'the call failed'
        return { kind: 'unavailable', reason: reason.slice(0, 200) }
      }
    },
  }
}

type CallResult =
  | { readonly kind: 'done'; readonly answer: ModelAnswer }
  | { readonly kind: 'format_refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string }

async function callOnce(
  options: OpenAiOptions,
  request: ModelRequest,
  mode: AnswerMode,
): Promise<CallResult> {
  const started = performance.now()
  const seen: { raw: RawCompletion | null } = { raw: null }
  const signal = AbortSignal.timeout(options.timeoutMs ?? 20_000)
  try {
    const message = await chat(options, seen).invoke(
      [new SystemMessage(systemFor(mode, request)), new HumanMessage(request.user)],
      { signal, ...formatFor(mode, request) },
    )
    return { kind: 'done', answer: answerOf(options, seen.raw, message, started) }
  } catch (error) {
    // ChatOpenAI parses strict answers itself and throws on bad JSON: the text that came back is ours to judge.
    if (seen.raw?.kind === 'completion')
      return { kind: 'done', answer: answerOf(options, seen.raw, null, started) }
    return failureOf(seen.raw, signal, error)
  }
}

/** One client per call: its fetch keeps what the server really said, which the SDK drops when it cannot parse it. */
function chat(options: OpenAiOptions, seen: { raw: RawCompletion | null }): ChatOpenAI {
  return new ChatOpenAI({
    model: options.model,
    apiKey: options.apiKey,
    temperature: 0,
    maxRetries: 0,
    timeout: options.timeoutMs ?? 20_000,
    configuration: {
      ...(options.baseUrl === undefined ? {} : { baseURL: options.baseUrl }),
      fetch: async (input: string | URL | Request, init?: RequestInit) => {
        const response = await fetch(input, init)
        seen.raw = readCompletion(response.status, await response.clone().text())
        return response
      },
    },
  })
}

function answerOf(
  options: OpenAiOptions,
  raw: RawCompletion | null,
  message: AIMessage | null,
  started: number,
): ModelAnswer {
  const completion = raw?.kind === 'completion' ? raw : null
  const usage: ModelUsage = {
    provider: options.baseUrl === undefined ? 'openai' : new URL(options.baseUrl).host,
    model: completion?.model ?? options.model,
    inputTokens: completion?.inputTokens ?? 0,
    outputTokens: completion?.outputTokens ?? 0,
    latencyMs: Math.round(performance.now() - started),
  }
  if (completion?.refusal) return { kind: 'refusal', reason: completion.refusal, usage }
  const content = completion?.content ?? (message === null ? '' : message.text)
  return { kind: 'answer', content, usage }
}

function failureOf(raw: RawCompletion | null, signal: AbortSignal, error: unknown): CallResult {
  if (raw?.kind === 'error')
    return {
      kind: raw.aboutFormat ? 'format_refused' : 'failed',
      reason: `http ${raw.status}`,
    }
  if (signal.aborted) return { kind: 'failed', reason: 'timeout' }
  return { kind: 'failed', reason: error instanceof Error ? error.name : 'the call failed' }
}
