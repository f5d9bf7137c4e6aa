import type { TextProblem } from './gate-text.ts'

/** Format and filler characters, which hide text or turn its direction; line breaks and tabs are no such. */
const HIDDEN =
  /[\p{Cf}\p{Co}\p{Cn}\u3164\uffa0\u2800]|\u034f|\u115f|\u1160|\u17b4|\u17b5|\p{Variation_Selector}|(?![\n\r\t])\p{Cc}/gu
const MARKUP = /<\/?[a-z!?]|&#?[a-z0-9]+;|\]\(|!\[|`{3}|\[\[/iu
const PLACEHOLDER = /\{\{/gu
/** The scripts of the languages we write; others could not be read by the gates. */
const FOREIGN_LETTER =
  /(?![\p{Script=Latin}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Arabic}\p{Script=Common}\p{Script=Inherited}])\p{L}/u
/** "r e f u n d": letters apart, which no language here writes. */
const SPACED_LETTERS =
  /(?<![\p{L}\p{N}])(?:\p{Script=Latin}[ .·_*-]{1,2}){3,}\p{Script=Latin}(?![\p{L}\p{N}])/u

/** The text without hidden characters, letters and digits in their plain form. */
export function plainText(text: string): string {
  return text.replace(HIDDEN, '').normalize('NFKC').replace(HIDDEN, '')
}

/** What makes a text read otherwise than it stands: neither rules nor models need any of it. */
export function disguises(text: string): TextProblem[] {
  const plain = plainText(text)
  const checks: readonly (readonly [string, string | undefined])[] = [
    ['hidden_character', codePoint(text.match(HIDDEN)?.[0])],
    ['markup', MARKUP.exec(plain)?.[0]],
    ['foreign_script', FOREIGN_LETTER.exec(plain)?.[0]],
    ['spaced_letters', SPACED_LETTERS.exec(plain)?.[0]],
    [
      'broken_placeholder',
      text.match(PLACEHOLDER)?.length === plain.match(PLACEHOLDER)?.length ? undefined : '{{',
    ],
  ]
  return checks.flatMap(([code, found]) =>
    found === undefined ? [] : [{ code, found: found.slice(0, 80) }],
  )
}

function codePoint(character: string | undefined): string | undefined {
  const code = character?.codePointAt(0)
  return code === undefined ? undefined : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}
