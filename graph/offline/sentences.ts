import { normalise } from './normalise.ts'

export interface Sentence {
  readonly words: readonly string[]
  readonly isQuestion: boolean
}

/** Cuts text into sentences of normalised words; a soft-wrapped line is no end, a short one is. */
export function sentencesOf(text: string): Sentence[] {
  const sentences: Sentence[] = []
  for (const piece of normalise(unwrap(text)).matchAll(/[^.!?;\n。！？]+[.!?;\n。！？]*/gu)) {
    const words = piece[0].match(/[\p{L}\p{N}]+/gu)
    if (words) sentences.push({ words, isQuestion: /[?？]/u.test(piece[0]) })
  }
  return sentences
}

const WRAPPED_LINE_CHARS = 60

function unwrap(text: string): string {
  const lines = text.split(/\r\n|\r|\n/u)
  let joined = ''
  for (const [at, line] of lines.entries()) {
    const next = lines[at + 1] ?? ''
    const goesOn = line.length >= WRAPPED_LINE_CHARS && /^\s*[\p{Ll}\p{N}("'“„]/u.test(next)
    joined += line + (goesOn ? ' ' : '\n')
  }
  // What stands in quotation marks is part of the sentence around it.
  joined = joined.replace(/["“„«][^"”“»\n]{1,120}["”»]/gu, (quote) =>
    quote.replace(/[.!?;]/gu, ' '),
  )
  // A dot inside a number, a name or an abbreviation ends no sentence.
  return joined.replace(/(?<=\p{L}|\d)\.(?=[\p{L}\d])/gu, ' ').replace(/(?<=\d)\.(?= \p{Ll})/gu, '')
}
