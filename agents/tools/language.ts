/** The languages we write. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'nl'] as const
export type Language = (typeof LANGUAGES)[number]

/** Words that tell a language: frequent, short, and not shared with the others. */
const MARKERS: Readonly<Record<Language, string>> = {
  en: 'the and is my you we why please what have did this our not for with your are can how',
  de: 'der die das und ist nicht ich wir sie warum bitte meine mein haben mit für auf wie kann unsere eine',
  fr: 'le les est pas nous vous pourquoi je une mon ma avec notre cette bonjour merci sur des du',
  es: 'el los está por qué nosotros mi una con hola gracias nuestra del para pero como tengo puede',
  it: 'il gli è non perché mio una con buongiorno grazie nostra della sono per ho che questo di mia',
  nl: 'het een niet wij waarom mijn met hallo bedankt onze van zijn deze ik heb kan voor dat op',
}

const MARKER_SETS = new Map(
  LANGUAGES.map((language) => [language, new Set(MARKERS[language].split(' '))]),
)

/** The language a text is written in, by its function words; unsure → the account's own. */
export function languageOf(text: string, locale: string): Language {
  const own = languageOfLocale(locale)
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? []
  const counts = LANGUAGES.map((language) => ({
    language,
    hits: words.slice(0, 400).filter((word) => MARKER_SETS.get(language)?.has(word)).length,
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
