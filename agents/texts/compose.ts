import type { Facts } from '#src/approvals/gate-text.ts'
import type { Language } from '../tools/language.ts'
import { ARABIC } from './ar.ts'
import { GERMAN } from './de.ts'
import { ENGLISH } from './en.ts'
import { SPANISH } from './es.ts'
import { FRENCH } from './fr.ts'
import { ITALIAN } from './it.ts'
import { JAPANESE } from './ja.ts'
import type { Phrasebook, Template, TextKey } from './keys.ts'
import { DUTCH } from './nl.ts'
import { POLISH } from './pl.ts'
import { PORTUGUESE } from './pt.ts'

/** What we say, per language. */
export const PHRASEBOOKS: Readonly<Record<Language, Phrasebook>> = {
  en: ENGLISH,
  de: GERMAN,
  fr: FRENCH,
  es: SPANISH,
  it: ITALIAN,
  pt: PORTUGUESE,
  nl: DUTCH,
  pl: POLISH,
  ja: JAPANESE,
  ar: ARABIC,
}

const PLACEHOLDER = /\{\{fact:([a-z0-9_.]+)\}\}/g

/**
 * The first of `keys` whose facts are all known, with greeting, closing and a list of `lineFacts` where the template
 * has `{{lines}}`. Placeholders stay: they are filled just before sending. Null when every template lacks a fact.
 */
export function compose(
  language: Language,
  keys: readonly TextKey[],
  facts: Facts,
  lineFacts: readonly string[] = [],
): Template | null {
  const book = PHRASEBOOKS[language]
  const chosen = keys.map((key) => book.texts[key]).find((template) => knows(facts, template))
  if (!chosen) return null
  const lines = lineFacts
    .map((key) => `${key.includes('.driver.') ? '  ' : ''}- {{fact:${key}}}`)
    .join('\n')
  const body = chosen.text.replace('{{lines}}', lines).replace(/\n{3,}/g, '\n\n')
  return { subject: chosen.subject, text: `${book.greeting}\n\n${body}\n\n${book.closing}` }
}

function knows(facts: Facts, template: Template): boolean {
  const needed = [...`${template.subject}\n${template.text}`.matchAll(PLACEHOLDER)]
  return needed.every(([, key]) => key !== undefined && Object.hasOwn(facts, key))
}

/** Keys of a numbered list of facts, in order: "invoice.line.1", "invoice.line.2" … */
export function listed(facts: Facts, prefix: string): string[] {
  return Object.keys(facts)
    .filter((key) => key.startsWith(`${prefix}.`) && /^\d+$/.test(key.slice(prefix.length + 1)))
    .sort((a, b) => Number(a.slice(prefix.length + 1)) - Number(b.slice(prefix.length + 1)))
}
