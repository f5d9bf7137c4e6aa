/** Letters of a script nothing here reads; a name is short, a sentence is not. */
const UNREAD_LETTERS = 6
/** Plain Latin words that make a Japanese or Arabic mail one in two languages; names and products are fewer. */
const SECOND_LANGUAGE_WORDS = 8

const OTHER = /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}\P{L}]/gu
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u
const HAN_OR_KANA = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}ー]/u
const ARABIC = /\p{Script=Arabic}/u
/** Letters of Persian, Urdu and their neighbours that Arabic does not have. */
const NOT_ARABIC = /[پچژگکیےٹڈڑںھہۀەۆ]/u

/**
 * Whether a text has parts in a script that neither the lexicon nor the classifier reads. Han
 * without kana is Chinese; Arabic letters with those of Persian or Urdu are not Arabic; and a mail
 * half in one language and half in another is for somebody who reads both.
 */
export function isUnreadScript(text: string): boolean {
  const others = text.match(OTHER)?.slice(0, 2_000) ?? []
  if (others.length < UNREAD_LETTERS) return false
  const isJapanese = KANA.test(text)
  const isArabic = ARABIC.test(text)
  if (isJapanese && isArabic) return true
  if (isArabic && NOT_ARABIC.test(text)) return true
  const unread = others.filter(
    (letter) => !(isJapanese && HAN_OR_KANA.test(letter)) && !(isArabic && ARABIC.test(letter)),
  )
  if (unread.length >= UNREAD_LETTERS) return true
  if (unread.length === others.length) return false
  return (text.match(/\b[a-z]{2,}\b/gu)?.length ?? 0) >= SECOND_LANGUAGE_WORDS
}
