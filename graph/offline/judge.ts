import { ROUTES, type Route } from '../state.ts'
import type { BySentence } from './classifier/by-sentence.ts'
import type { Reading } from './classifier/classify.ts'
import type { Want } from './wants.ts'

/** Who gets the mail, by what evidence, and what else it wants. */
export type Judgement =
  | {
      readonly kind: 'named' | 'agreed' | 'read'
      readonly route: Route
      readonly others: readonly Route[]
    }
  | { readonly kind: 'unsure'; readonly because: 'nothing' | 'foreign' | 'elsewhere' }

/** Dearest first: what costs the customer more if it waits. */
const COST: Record<Route, number> = {
  human_escalation: 3,
  dunning_agent: 2,
  anomaly_agent: 1,
  inquiry_agent: 0,
}

/** From here on the classifier overrules an acting rule; chosen on the dev splits. */
const ELSEWHERE_SHARE = 0.6
/** From here on the classifier acts where the rules found nothing. */
const ACTING_SHARE = 0.86
/** From here on it acts where besides one sentence alone is certain. */
const LIKELY_SHARE = 0.6
/** From here on it corrects which agent the rules chose. */
const CERTAIN_SHARE = 0.9
/** The same where rules name both. */
const UNDOUBTED_SHARE = 0.97

/**
 * Weighs the wants the rules found against what the classifier reads. A want for a person stands.
 * An acting want stands unless the classifier is sure that the mail is about something else. Where
 * nothing was found, the classifier acts only when sure, or when it is likely and `peak` (the highest
 * share in any one sentence) is certain. Everything else goes to a person.
 */
export function judge(
  found: readonly Want[],
  reading: Reading,
  isBehind: boolean,
  peak: BySentence['peak'] = reading.share,
): Judgement {
  const routes = ROUTES.filter((route) => found.some((want) => want.route === route))
  const [named, ...others] = routes.toSorted((a, b) => COST[b] - COST[a])
  if (named === undefined) return judgeUnnamed(reading, isBehind, peak)
  if (named === 'human_escalation') {
    if (!isRefundQuestion(found, others, reading)) return { kind: 'named', route: named, others }
    return { kind: 'read', route: 'inquiry_agent', others: [] }
  }
  const isForeign = reading.intent === FOREIGN
  if (reading.share.human_escalation > (isForeign ? CERTAIN_SHARE : ELSEWHERE_SHARE)) {
    return { kind: 'unsure', because: isForeign ? 'foreign' : 'elsewhere' }
  }
  if (reading.route === named) return { kind: 'agreed', route: named, others }
  // Where its own choice is named too, only the next to impossible takes the turn from the dearer one.
  const least = others.includes(reading.route) ? UNDOUBTED_SHARE : CERTAIN_SHARE
  const isCertain = reading.share[reading.route] > least
  if (!isCertain || reading.route === 'human_escalation' || isMoot(reading, isBehind)) {
    return { kind: 'named', route: named, others }
  }
  const rest = routes.filter((route) => route !== reading.route && route !== named)
  return { kind: 'read', route: reading.route, others: rest }
}

/** Wants whose words also fit "where is the refund you granted". A demand is not among them. */
const SOFT: ReadonlySet<string> = new Set(['seems to ask for money back'])

function isRefundQuestion(
  found: readonly Want[],
  others: readonly Route[],
  { intent, share }: Reading,
): boolean {
  const forPeople = found.filter(({ route }) => route === 'human_escalation')
  return (
    forPeople.every(({ want }) => SOFT.has(want)) &&
    others.every((route) => route === 'inquiry_agent') &&
    intent.startsWith('inquiry.refund') &&
    share.inquiry_agent > CERTAIN_SHARE
  )
}

const FOREIGN = 'human.language'

function judgeUnnamed(reading: Reading, isBehind: boolean, peak: BySentence['peak']): Judgement {
  if (reading.intent === FOREIGN) return { kind: 'unsure', because: 'foreign' }
  const isActing = reading.route !== 'human_escalation'
  const share = reading.share[reading.route]
  const isSure = share >= ACTING_SHARE
  const isClear = share >= LIKELY_SHARE && peak[reading.route] >= CERTAIN_SHARE
  if (isActing && (isSure || isClear) && !isMoot(reading, isBehind)) {
    return { kind: 'read', route: reading.route, others: [] }
  }
  const because = reading.share.human_escalation > ELSEWHERE_SHARE ? 'elsewhere' : 'nothing'
  return { kind: 'unsure', because }
}

/** "Why was I suspended" has an answer only for an account that is behind (ROUTING_POLICY §2). */
function isMoot({ intent }: Reading, isBehind: boolean): boolean {
  return intent === 'dunning.suspended' && !isBehind
}
