import type { TextProblem } from './gate-text.ts'

/** The text as it stands, and without accents: both are read. */
export function readingsOf(text: string): string[] {
  const bare = text
    .normalize('NFD')
    .replace(/[\p{M}\u0640]/gu, '')
    .normalize('NFC')
  return bare === text ? [text] : [text, bare]
}

/** The first reading that has the pattern, as a problem. */
export function found(code: string, pattern: RegExp, readings: readonly string[]): TextProblem[] {
  const match = readings.map((reading) => pattern.exec(reading)).find((hit) => hit !== null)
  return match ? [{ code, found: match[0].slice(0, 80) }] : []
}
