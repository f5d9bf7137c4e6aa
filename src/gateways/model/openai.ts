import { setTimeout as delay } from 'node:timers/promises'
import { answerOf, askOnce, type Target } from './ask-once.ts'
import type { Failure } from './failure.ts'
import type { Model, ModelAnswer, ModelRequest } from './model.ts'
import { firstDialect, weakerDialect, type Dialect } from './negotiate.ts'
import { protect } from './protect.ts'

export interface OpenAiOptions {
  readonly apiKey: string
  /** Any OpenAI-compatible server; default: OpenAI's own. */
  readonly baseUrl?: string | undefined
  readonly model: string
  /** Milliseconds a call may take, with waiting, retries and the last byte of the answer; default 20,000. */
  readonly timeoutMs?: number
  /** Milliseconds the circuit stays open after five failures in a row; default 30,000. */
  readonly coolDownMs?: number
  /** Calls under way at once, and how many may wait for a place; default 8 and 32. */
  readonly concurrentCalls?: number
  readonly waitingCalls?: number
  /** 0..1, spreads retries of many processes. */
  readonly random: () => number
  /** Waits between attempts; default: the process's timer. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<unknown>
}

const OPENAI = 'https://api.openai.com/v1'
const TIMEOUT_MS = 20_000
/** After the first: a server that failed three times in a row does not come back within our deadline. */
const RETRIES = 2
const FIRST_BACKOFF_MS = 300

/**
 * A model behind an OpenAI-compatible chat API. Strict JSON schema is asked for; a server that does not know it is
 * asked for a JSON object, then for plain text with the schema in the prompt, and what worked is kept. Passing failures
 * are tried again while the deadline lasts. Never throws and never takes longer than its deadline.
 */
export function openAiModel(options: OpenAiOptions): Model {
  const target: Target = {
    apiKey: options.apiKey,
    baseUrl: options.baseUrl ?? OPENAI,
    provider: providerOf(options.baseUrl),
    model: options.model,
  }
  const first = firstDialect(target.provider === 'openai')
  const kept = { dialect: first, restUntilMs: 0 }
  const wait = options.wait ?? ((ms, signal) => delay(ms, undefined, { signal }))
  const shield = protect(options)

  /** Waits for another attempt; null when there is no time for one. */
  const backOff = async (failure: Failure, attempt: number, until: Deadline): Promise<boolean> => {
    if (!failure.isPassing || attempt >= RETRIES) return false
    const jittered = FIRST_BACKOFF_MS * 2 ** attempt * (0.5 + options.random())
    const ms = Math.max(failure.waitMs ?? 0, jittered)
    if (performance.now() + ms >= until.atMs) return false
    await wait(ms, until.signal)
    return true
  }

  const converse = async (
    request: ModelRequest,
    until: Deadline,
  ): Promise<ModelAnswer | Failure> => {
    const started = performance.now()
    let dialect: Dialect = kept.dialect
    for (let attempt = 0; ;) {
      const said = await askOnce(target, dialect, request, until.signal)
      if (said.kind === 'completion') {
        kept.dialect = dialect
        return answerOf(target, dialect, said, Math.round(performance.now() - started))
      }
      const { failure } = said
      const weaker =
        failure.objection === null ? null : weakerDialect(dialect, failure.objection, first)
      if (weaker) {
        dialect = weaker
        continue
      }
      if (!(await backOff(failure, attempt, until))) {
        if (failure.waitMs !== null) kept.restUntilMs = performance.now() + failure.waitMs
        return failure
      }
      attempt += 1
    }
  }

  return {
    asks: { provider: target.provider, model: target.model },
    call: async (request) => {
      if (performance.now() < kept.restUntilMs) return unavailable('asked to wait')
      const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
      const until = {
        signal: AbortSignal.timeout(timeoutMs),
        atMs: performance.now() + timeoutMs,
      }
      return shield(() => converse(request, until), until.signal)
    },
  }
}

interface Deadline {
  readonly signal: AbortSignal
  readonly atMs: number
}

function unavailable(reason: string): ModelAnswer {
  return { kind: 'unavailable', reason }
}

/** OpenAI by its name, anybody else by host. */
function providerOf(baseUrl: string | undefined): string {
  if (baseUrl === undefined || !URL.canParse(baseUrl)) return 'openai'
  const { host } = new URL(baseUrl)
  return host === 'api.openai.com' ? 'openai' : host
}
