import { found } from './find-words.ts'
import type { Facts, TextProblem } from './gate-text.ts'
import { inOtherLanguage } from './other-language.ts'
import { ASSURANCES } from './words/assurances.ts'
import { CONDITION, NOTHING_TO_PAY, SAYS_PAID } from './words/claims.ts'
import { CLAIMED_DEED } from './words/deeds.ts'

/** Of the invoice that is spoken of; null where none is. A reminder knows only what is open. */
function stateOf(facts: Facts): string | null {
  return facts['invoice.state'] ?? (facts['invoice.open'] === undefined ? null : 'open')
}

/** What is said of the invoice has to be so. */
export function claimProblems(readings: readonly string[], facts: Facts): TextProblem[] {
  if (['paid', null].includes(stateOf(facts))) return []
  const claims = readings.flatMap((reading) =>
    reading.split(/[.?!。؟！？\n]/u).filter((sentence) => !CONDITION.test(sentence)),
  )
  return found('contradicts_facts', SAYS_PAID, claims)
}

/** What a model says of deeds, other customers, prices and itself; our own texts are written by people. */
export function assuranceProblems(
  readings: readonly string[],
  named: ReadonlySet<string>,
  facts: Facts,
): TextProblem[] {
  const isOwed = !['paid', null].includes(stateOf(facts))
  return [
    ...found('claimed_deed', CLAIMED_DEED, readings),
    ...(isOwed ? found('contradicts_facts', NOTHING_TO_PAY, readings) : []),
    ...ASSURANCES.flatMap(({ code, pattern, unless = [] }) =>
      unless.some((key) => named.has(key)) ? [] : found(code, pattern, readings),
    ),
  ]
}

/** A model's text is read by the words of one language. */
export function languageProblems(free: string, language: string | undefined): TextProblem[] {
  const other = language === undefined ? null : inOtherLanguage(free, language)
  return other === null ? [] : [{ code: 'other_language', found: other.slice(0, 80) }]
}
