import { DUTCH } from './dutch.ts'
import { ENGLISH, type Language } from './english.ts'
import { FRENCH } from './french.ts'
import { GERMAN } from './german.ts'
import { ITALIAN } from './italian.ts'
import { POLISH } from './polish.ts'
import { PORTUGUESE } from './portuguese.ts'
import { SPANISH } from './spanish.ts'

/** By ISO 639-1. */
const LANGUAGES: Readonly<Record<string, Language>> = {
  en: ENGLISH,
  de: GERMAN,
  fr: FRENCH,
  es: SPANISH,
  it: ITALIAN,
  pt: PORTUGUESE,
  nl: DUTCH,
  pl: POLISH,
}

/** The language a document is written in: the customer's where we have it, else English. */
export function documentLanguage(locale: string): string {
  const code = locale.split('-')[0]?.toLowerCase() ?? ''
  return Object.hasOwn(LANGUAGES, code) ? code : 'en'
}

export function languageOf(locale: string): Language {
  return LANGUAGES[documentLanguage(locale)] ?? ENGLISH
}

/** A label with what its braces ask for. */
export function fillLabel(label: string, values: Readonly<Record<string, string>>): string {
  return label.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}
