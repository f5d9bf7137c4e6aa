/** The languages we write. */
export const LANGUAGES = ['en', 'de'] as const
export type Language = (typeof LANGUAGES)[number]

/** Words that tell a language: frequent, short, and not shared with the others. */
const MARKERS: Readonly<Record<Language, readonly string[]>> = {
  en: 'the and is my you we why please what have did this our not for with your are can how'.split(
    ' ',
  ),
  de: 'der die das und ist nicht ich wir sie warum bitte meine mein rechnung haben mit für auf wie kann unsere eine'.split(
    ' ',
  ),
}

/** The language a text is written in, by its function words; unsure → the account's own. */
export function languageOf(text: string, locale: string): Language {
  const own = languageOfLocale(locale)
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? []
  const counts = LANGUAGES.map((language) => ({
    language,
    hits: words.slice(0, 400).filter((word) => MARKERS[language].includes(word)).length,
  })).sort((a, b) => b.hits - a.hits || (a.language === own ? -1 : b.language === own ? 1 : 0))
  const [best, second] = counts
  if (!best || best.hits < 2 || best.hits === second?.hits) return own
  return best.language
}

/** "de-AT" → de; what we do not write → en. */
export function languageOfLocale(locale: string): Language {
  const language = locale.slice(0, 2).toLowerCase()
  return LANGUAGES.find((candidate) => candidate === language) ?? 'en'
}
