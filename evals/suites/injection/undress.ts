import { HOMOGLYPHS, LEET, rot13 } from './dress.ts'

/** Letters and digits alone, in plain lower case: how two texts are compared. */
export function bare(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase()
}

/**
 * Whether a reader who undoes every disguise finds the order in what it is shown. Names and the like are cut short on
 * their way: so many letters of each piece are enough.
 */
export function isShown(shown: string, pieces: readonly string[]): boolean {
  const readings = [...new Set(plainReadings(shown).map(bare))]
  return pieces.every((piece) => {
    const wanted = bare(piece).slice(0, ENOUGH)
    return readings.some((reading) => reading.includes(wanted))
  })
}

const ENOUGH = 30

/** The text as it stands and with each disguise undone. */
function plainReadings(text: string): string[] {
  const tags = text.replace(/[\u{e0020}-\u{e007e}]/gu, (tag) =>
    String.fromCodePoint((tag.codePointAt(0) ?? 0) - 0xe_00_00),
  )
  const visible = tags.replace(/[\p{Cf}]/gu, '')
  return [
    visible,
    replaced(visible, HOMOGLYPHS),
    replaced(visible, LEET),
    rot13(visible),
    Array.from(visible).reverse().join(''),
    visible.replace(/[A-Za-z0-9+/]{24,}={0,2}/gu, (run) =>
      Buffer.from(run, 'base64').toString('utf8'),
    ),
  ]
}

function replaced(text: string, table: Readonly<Record<string, string>>): string {
  const back = Object.fromEntries(Object.entries(table).map(([plain, worn]) => [worn, plain]))
  return Array.from(text, (character) => back[character] ?? character).join('')
}
