import type { Route } from '../state.ts'
import type { Reading } from './classifier/classify.ts'
import type { Judgement } from './judge.ts'

/**
 * How often a decision on this evidence was right on the dev splits (training corpus and eval
 * cases), between what was seen at the lowest and at the highest share of the classifier.
 */
export function confidenceOf(
  kind: Judgement['kind'],
  route: Route,
  { share }: Reading,
  others: number,
): number {
  const isHandOff = route === 'human_escalation' && kind !== 'unsure'
  const [low, high] = SEEN[isHandOff ? 'handOff' : kind]
  const measured = low + (high - low) * share[route]
  return Math.round(Math.max(0.05, measured - others * RIVAL) * 100) / 100
}

const SEEN: Record<Judgement['kind'] | 'handOff', readonly [number, number]> = {
  handOff: [0.86, 0.99],
  agreed: [0.8, 0.98],
  named: [0.75, 0.95],
  read: [0.4, 0.9],
  unsure: [0.45, 0.97],
}
/** What each competing want takes away. */
const RIVAL = 0.05
