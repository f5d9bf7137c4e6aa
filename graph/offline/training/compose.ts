import { sha256 } from '#src/kernel/canonical.ts'
import { seededRandom, type Random } from '#src/kernel/random.ts'
import type { Sample } from './corpus.ts'

/** Intents of sentences that want nothing: who writes, why so late, thanks, where somebody sits. */
export const BACKGROUND = 'context.background'

/**
 * The same want in a whole mail: sentences of the same language that want nothing stand before and
 * behind it. Null where the corpus has none of that language.
 */
export function composed(sample: Sample, background: readonly Sample[]): Sample | null {
  const around = background.filter(
    ({ language, split }) => language === sample.language && split === sample.split,
  )
  if (around.length === 0 || sample.intent === BACKGROUND) return null
  const random = seededRandom(Number.parseInt(sha256(`mail ${sample.text}`).slice(0, 8), 16))
  const before = some(around, random)
  const behind = some(around, random)
  const end = /[?.!。？]$/u.test(sample.text) ? '' : '.'
  return { ...sample, text: [...before, `${sample.text}${end}`, ...behind].join('\n') }
}

const MOST_SENTENCES = 3

function some(around: readonly Sample[], random: Random): string[] {
  const count = random.between(0, MOST_SENTENCES)
  return Array.from({ length: count }, () => `${random.pick(around).text}.`)
}
