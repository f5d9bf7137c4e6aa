import { seededRandom } from '#src/kernel/random.ts'

/**
 * Writes a pattern out: `(a|b|)` is one of the alternatives, the last one nothing. At most `limit`
 * different texts, chosen by the seed; the same pattern always gives the same ones. Groups do not nest.
 */
export function expand(pattern: string, limit: number, seed: number): string[] {
  const parts = pattern.split(/[()]/u).map((part, at) => (at % 2 === 1 ? part.split('|') : [part]))
  const count = parts.reduce((product, { length }) => product * length, 1)
  const random = seededRandom(seed)
  const texts = new Set<string>()
  for (let tries = 0; tries < limit * 4 && texts.size < Math.min(limit, count); tries += 1) {
    const text = parts.map((part) => random.pick(part)).join('')
    texts.add(
      text
        .replace(/\s+/gu, ' ')
        .replace(/ (?=[?.,!])/gu, '')
        .trim(),
    )
  }
  return [...texts]
}
