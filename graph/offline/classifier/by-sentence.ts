import { ROUTES, type Route } from '../../state.ts'
import type { ReadSentence } from '../reading.ts'
import type { Want } from '../wants.ts'
import { shareOfRoutes, sharesOfIntents } from './classify.ts'
import { weights } from './weights.ts'

/** What the sentences of a mail say one by one. */
export interface BySentence {
  /** Wants for a person that a sentence shows by how it reads, though no phrase of the lexicon is in it. */
  readonly demands: readonly Want[]
  /** The highest share each route has in any sentence. */
  readonly peak: Readonly<Record<Route, number>>
}

/** Intents that are only "not billing": where a mail has one such sentence, the rest of it counts. */
const ELSEWHERE =
  /^human\.(?:bank_account|bank_card|bank_money|car|elsewhere|home|kitchen|knowledge|language|login|shop|smalltalk|technical|travel|work)$/u

/** From here on a single sentence is a want for a person, whatever the mail around it is about. */
const DEMAND_SHARE = 0.9
const FEWEST_WORDS = 4
const READ_SENTENCES = 16

/**
 * Reads each sentence alone: in a long mail a polite "it would be fair to see that amount again"
 * drowns among thanks and names. Sentences of three words and fewer say too little.
 */
export function readBySentence(sentences: readonly ReadSentence[]): BySentence {
  const found = new Set<string>()
  const peak = { dunning_agent: 0, inquiry_agent: 0, anomaly_agent: 0, human_escalation: 0 }
  for (const one of sentences.slice(0, READ_SENTENCES)) {
    if (one.sentence.words.length < FEWEST_WORDS) continue
    const shares = sharesOfIntents([one])
    const byRoute = shareOfRoutes(shares)
    for (const route of ROUTES) peak[route] = Math.max(peak[route], byRoute[route])
    const demand = byRoute.human_escalation < DEMAND_SHARE ? null : demandOf(shares)
    if (demand !== null) found.add(demand)
  }
  return { demands: Array.from(found, wantOf), peak }
}

/** The likeliest demand, where the demands together are as good as certain. */
function demandOf(shares: Float64Array): string | null {
  let sum = 0
  let best = { intent: '', share: 0 }
  demandIntents ??= [...weights().intents.entries()].filter(([, intent]) => isDemand(intent))
  for (const [at, intent] of demandIntents) {
    const share = shares[at] ?? 0
    sum += share
    if (share > best.share) best = { intent, share }
  }
  return sum >= DEMAND_SHARE ? best.intent : null
}

/** Places and names of the intents that are demands. */
let demandIntents: readonly (readonly [number, string])[] | undefined

function isDemand(intent: string): boolean {
  return intent.startsWith('human.') && !ELSEWHERE.test(intent)
}

function wantOf(intent: string): Want {
  const want = `reads in one sentence like ${intent.replace('.', ': ').replaceAll('_', ' ')}`
  return { want, route: 'human_escalation' }
}
