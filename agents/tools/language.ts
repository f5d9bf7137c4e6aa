import { functionWordsOf } from '#src/approvals/words/function-words.ts'

/** The languages we write. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'ja', 'ar'] as const
export type Language = (typeof LANGUAGES)[number]

/** Words of mails that tell a language, beside its small words. */
const MARKERS: Readonly<Record<Language, string>> = {
  en: 'the and is my you we why please what have did this our not for with your are can how invoice bill payment card send again thank thanks hello hi',
  de: 'der die das und ist nicht ich wir sie warum bitte meine mein haben mit für auf wie kann unsere eine rechnung zahlung karte hallo danke noch einmal',
  fr: 'le les est pas nous vous pourquoi je une mon ma avec notre cette bonjour merci sur des du facture carte paiement',
  es: 'el los está por qué nosotros mi una con hola gracias nuestra del para pero como tengo puede factura tarjeta pago',
  it: 'il gli è non perché mio una con buongiorno grazie nostra della sono per ho che questo di mia fattura carta pagamento',
  pt: 'não está por que minha meu uma com olá obrigado obrigada nossa do da para como tenho pode foi são você os as em fatura cartão pagamento',
  nl: 'het een niet wij waarom mijn met hallo bedankt onze van zijn deze ik heb kan voor dat op factuur kaart betaling',
  pl: 'nie jest dlaczego mój moja moje czy z na dzień dobry dziękuję nasza faktura proszę się do za mamy jak mogę w i faktury płatność płatności karta karty',
  ja: '',
  ar: '',
}

const MARKER_SETS = new Map(
  LANGUAGES.map((language) => [
    language,
    new Set([...MARKERS[language].split(' '), ...(functionWordsOf(language) ?? [])]),
  ]),
)

/** The language a text is written in, by its function words; unsure → the account's own. */
export function languageOf(text: string, locale: string): Language {
  const own = languageOfLocale(locale)
  const script = languageOfScript(text)
  if (script) return script
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? []
  const counts = LANGUAGES.map((language) => ({
    language,
    hits: words.slice(0, 400).filter((word) => MARKER_SETS.get(language)?.has(word)).length,
  })).sort((a, b) => b.hits - a.hits || (a.language === own ? -1 : b.language === own ? 1 : 0))
  const [best, second] = counts
  if (!best || best.hits < 2 || best.hits === second?.hits) return own
  return best.language
}

/** Japanese has kana, which no other language has; Arabic letters are Arabic unless letters of a neighbour stand in it. */
function languageOfScript(text: string): Language | null {
  const letters = text.match(/\p{L}/gu)?.length ?? 0
  const share = (pattern: RegExp) => (text.match(pattern)?.length ?? 0) / Math.max(letters, 1)
  if (share(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu) > 0.15) return 'ja'
  const foreign = /[پچژگکیےٹڈڑ]/u.test(text)
  return !foreign && share(/\p{Script=Arabic}/gu) > 0.5 ? 'ar' : null
}

/** "de-AT" → de; what we do not write → en. */
export function languageOfLocale(locale: string): Language {
  const language = locale.slice(0, 2).toLowerCase()
  return LANGUAGES.find((candidate) => candidate === language) ?? 'en'
}
