import { z } from 'zod'
import type { TaxIdAnswer } from './register.ts'

const Fault = z.object({ errorWrappers: z.array(z.object({ error: z.string() })).min(1) })

const Checked = z.object({
  countryCode: z.string(),
  vatNumber: z.string(),
  valid: z.boolean(),
  requestIdentifier: z.string().nullish(),
  name: z.string().nullish(),
  address: z.string().nullish(),
})

/** `again` may answer within seconds, `later` not before minutes; `bad_requester`: ask without the own number. */
export type ViesReading =
  | { readonly kind: 'answer'; readonly answer: TaxIdAnswer }
  | { readonly kind: 'again' | 'later'; readonly reason: string }
  | { readonly kind: 'bad_requester' }

/** Faults that pass quickly: too many at once, or a national register that was slow. */
const SHORT = /MAX_CONCURRENT_REQ|^TIMEOUT$/

/**
 * Reads what VIES' `check-vat-number` answered. What does not read as an answer to our question (another number, a
 * page of HTML, a missing field) is no answer.
 */
export function readVies(
  asked: { readonly countryCode: string; readonly vatNumber: string },
  status: number,
  text: string,
): ViesReading {
  const body = parsed(text)
  const fault = Fault.safeParse(body)
  if (fault.success) return readFault(fault.data.errorWrappers[0]?.error ?? '')
  if (status === 429) return { kind: 'again', reason: 'VIES takes no more requests just now (429)' }
  if (status >= 500) return { kind: 'again', reason: `VIES failed (${status})` }
  const checked = Checked.safeParse(body)
  if (status !== 200 || !checked.success) return unreadable(status)
  const { countryCode, vatNumber, valid, requestIdentifier, name, address } = checked.data
  if (countryCode !== asked.countryCode || compact(vatNumber) !== compact(asked.vatNumber))
    return { kind: 'later', reason: 'VIES answered about another number' }
  if (!valid) return { kind: 'answer', answer: { kind: 'invalid' } }
  return {
    kind: 'answer',
    answer: {
      kind: 'valid',
      name: disclosed(name),
      address: disclosed(address),
      consultationNumber: requestIdentifier?.trim() || null,
    },
  }
}

function readFault(code: string): ViesReading {
  if (code === 'INVALID_INPUT') return { kind: 'answer', answer: { kind: 'invalid' } }
  if (code === 'INVALID_REQUESTER_INFO') return { kind: 'bad_requester' }
  const reason = `VIES answered ${code.slice(0, 60)}`
  return { kind: SHORT.test(code) ? 'again' : 'later', reason }
}

function unreadable(status: number): ViesReading {
  return { kind: 'later', reason: `VIES answered something unreadable (${status})` }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Germany and Spain say "---" instead of a name. */
function disclosed(text: string | null | undefined): string | null {
  const trimmed = text?.replaceAll(/\s+/g, ' ').trim() ?? ''
  return trimmed === '' || /^-+$/.test(trimmed) ? null : trimmed.slice(0, 300)
}

function compact(number: string): string {
  return number.replaceAll(/[^A-Za-z0-9+*]/g, '').toUpperCase()
}
