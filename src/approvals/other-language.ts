import { functionWordsOf } from './words/function-words.ts'

/** A heading or a name may be as long without a small word in it; a sentence is not. */
const SHORTEST_SENTENCE = 3
/** Letters of a script that the language has no use for: a product's name is shorter. */
const SHORTEST_RUN = 4

const SENTENCE = /[^.!?:;\n\u3002\uff01\uff1f\u061f\u061b]+/gu
const HAN = /\p{Script=Han}/u
const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}]/u
const ARABIC = /\p{Script=Arabic}/u
/** Letters of Persian, Urdu and Kurdish that Arabic does not have. */
const NOT_ARABIC =
  /[\u067e\u0686\u0698\u06af\u06a9\u06cc\u06d2\u0679\u0688\u0691\u06be\u06c0\u06d5\u06c6]/u
/** Latin letters of none of our languages: Turkish, Czech, Romanian, Vietnamese and so on. */
const FOREIGN_LATIN =
  /(?![a-z\u00df\u00e0-\u00f6\u00f8-\u00ff\u0105\u0107\u0119\u0142\u0144\u0153\u015b\u017a\u017c\u00aa\u00ba])\p{Script=Latin}/iu

/**
 * The first part of a text that is not written in `language`: the gates read ten languages by their words, and what stands
 * in another would pass them unread. Null where there is none.
 */
export function inOtherLanguage(text: string, language: string): string | null {
  const letter = FOREIGN_LATIN.exec(text)?.[0]
  if (letter !== undefined) return letter
  const sentences = text.match(SENTENCE) ?? []
  return sentences.find((sentence) => isOther(sentence, language))?.trim() ?? null
}

function isOther(sentence: string, language: string): boolean {
  const letters = sentence.match(/\p{L}/gu) ?? []
  const count = (pattern: RegExp) => letters.filter((letter) => pattern.test(letter)).length
  if (language === 'ja') return isNotJapanese(sentence, count(HAN)) || count(ARABIC) >= SHORTEST_RUN
  if (language === 'ar')
    return NOT_ARABIC.test(sentence) || count(HAN) > 0 || isLatinSentence(sentence)
  if (count(HAN) + count(KANA) + count(ARABIC) >= SHORTEST_RUN) return true
  const small = functionWordsOf(language)
  const words = sentence.toLowerCase().match(/\p{L}+/gu) ?? []
  return (
    small !== null && words.length >= SHORTEST_SENTENCE && !words.some((word) => small.has(word))
  )
}

/** Han without kana is Chinese; a heading of a few signs may be either. */
function isNotJapanese(sentence: string, han: number): boolean {
  return (han > SHORTEST_RUN && !KANA.test(sentence)) || isLatinSentence(sentence)
}

function isLatinSentence(sentence: string): boolean {
  return (sentence.match(/[a-z]{2,}/giu)?.length ?? 0) >= SHORTEST_SENTENCE
}
