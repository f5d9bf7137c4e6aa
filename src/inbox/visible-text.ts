/** Characters that show nothing: they hide words from readers, or carry words that only a machine sees. */
const INVISIBLE = /(?![\u200C\u200D])[\p{Default_Ignorable_Code_Point}\u2800\uFFF9-\uFFFB]/gu
/** A line break for screens; what else stands among them says nothing. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/gu
/** Turn the direction of what follows: 123 reads 321. */
const TURNING = /[\u202A-\u202E\u2066-\u2069]/gu
/** Joiners belong between the letters of some scripts and inside emoji; between these they hide. */
const JOINER_IN_LATIN =
  /(?<=[\p{Script=Latin}\p{N}\p{P}\s])[\u200C\u200D]+(?=[\p{Script=Latin}\p{N}\p{P}\s]|$)/gu
/** Letters written as invisible tags, or as bytes in variation selectors. */
const SMUGGLED = /(?:[\u{E0020}-\u{E007E}]|\p{Variation_Selector}){4,}/u
const LOST = '\uFFFD'
const MANY_LOST = 0.1

export interface VisibleText {
  readonly text: string
  readonly notes: readonly string[]
}

/** The text as a reader sees it, and what had to be left out for that. Letters and words stay as they are. */
export function visibleText(text: string): VisibleText {
  const notes: string[] = []
  if (TURNING.test(text)) notes.push('characters that turn the direction of text were left out')
  if (SMUGGLED.test(text)) notes.push('invisible letters were left out')
  const lost = text.length === 0 ? 0 : text.split(LOST).length - 1
  if (lost > 0 && lost > text.length * MANY_LOST) notes.push('many characters could not be read')
  TURNING.lastIndex = 0
  return {
    text: text
      .replaceAll('\r\n', '\n')
      .replaceAll('\r', '\n')
      .replaceAll(/[\u2028\u2029\u0085]/g, '\n')
      .replaceAll(TURNING, '')
      .replaceAll(INVISIBLE, '')
      .replaceAll(CONTROL, '')
      .replaceAll(JOINER_IN_LATIN, '')
      .toWellFormed(),
    notes,
  }
}
