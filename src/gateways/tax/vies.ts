import {
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleType,
  retry,
  wrap,
} from 'cockatiel'
import type { TaxIdAnswer, TaxIdQuestion, TaxIdRegister } from './register.ts'
import { readVies } from './vies-answer.ts'

/** Milliseconds. */
interface ViesPatience {
  readonly timeoutMs: number
  readonly attempts: number
  readonly firstDelayMs: number
  readonly brokenForMs: number
}

const PATIENCE: ViesPatience = {
  timeoutMs: 12_000,
  attempts: 2,
  firstDelayMs: 800,
  brokenForMs: 60_000,
}

/** VIES limits requests at once per asker: more than this only earns MAX_CONCURRENT_REQ. */
const AT_ONCE = 2
const MAY_WAIT = 500
const FAILURES_THAT_BREAK = 5

/** No answer yet, and it is worth asking again at once. */
class NoAnswerYet extends Error {
  override readonly name = 'NoAnswerYet'
}

/**
 * The European Commission's register (VIES) over its REST interface. `baseUrl` is
 * https://ec.europa.eu/taxation_customs/vies/rest-api; a test gives its own. Retries what passes quickly, stops asking
 * for a while after several failures in a row, and never takes silence for an answer.
 */
export function viesRegister(baseUrl: string, patience: ViesPatience = PATIENCE): TaxIdRegister {
  const policy = wrap(
    retry(handleType(NoAnswerYet), {
      maxAttempts: patience.attempts,
      backoff: new ExponentialBackoff({ initialDelay: patience.firstDelayMs }),
    }),
    circuitBreaker(handleType(NoAnswerYet), {
      halfOpenAfter: patience.brokenForMs,
      breaker: new ConsecutiveBreaker(FAILURES_THAT_BREAK),
    }),
    bulkhead(AT_ONCE, MAY_WAIT),
  )
  return {
    name: 'vies',
    check: async (question) => {
      try {
        return await policy.execute(() => ask(baseUrl, question, patience.timeoutMs))
      } catch (error) {
        return { kind: 'unavailable', reason: reasonOf(error) }
      }
    },
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof BrokenCircuitError)
    return 'VIES has failed repeatedly and is left alone for now'
  if (error instanceof BulkheadRejectedError) return 'too many VAT IDs wait to be asked about'
  if (error instanceof NoAnswerYet) return error.message
  throw error
}

async function ask(
  baseUrl: string,
  question: TaxIdQuestion,
  timeoutMs: number,
): Promise<TaxIdAnswer> {
  const asked = split(question.taxId)
  const { requesterTaxId } = question
  const body = { ...asked, ...(requesterTaxId === null ? {} : requesterOf(requesterTaxId)) }
  const { status, text } = await post(
    `${baseUrl.replace(/\/$/, '')}/check-vat-number`,
    body,
    timeoutMs,
  )
  const reading = readVies(asked, status, text)
  switch (reading.kind) {
    case 'answer':
      return reading.answer
    case 'again':
      throw new NoAnswerYet(reading.reason)
    case 'later':
      return { kind: 'unavailable', reason: reading.reason }
    case 'bad_requester':
      return requesterTaxId === null
        ? { kind: 'unavailable', reason: 'VIES refuses the request' }
        : ask(baseUrl, { ...question, requesterTaxId: null }, timeoutMs)
  }
}

async function post(
  url: string,
  body: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    return { status: response.status, text: await response.text() }
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError'
    throw new NoAnswerYet(timedOut ? 'VIES did not answer in time' : 'VIES could not be reached', {
      cause: error,
    })
  }
}

function split(taxId: string) {
  return { countryCode: taxId.slice(0, 2), vatNumber: taxId.slice(2) }
}

function requesterOf(taxId: string) {
  const { countryCode, vatNumber } = split(taxId)
  return { requesterMemberStateCode: countryCode, requesterNumber: vatNumber }
}
