import { hasPlantedMarkup } from './offline/injection.ts'
import { bounded, splitMail } from './offline/mail.ts'
import { isOffTopicRequest, isUnreadScript } from './offline/offtopic.ts'
import { conceptsOf, read, type ReadSentence } from './offline/reading.ts'
import { wantsOf, type Want } from './offline/wants.ts'
import { ROUTES, type CustomerQuery, type GraphState, type Route } from './state.ts'

/** What the offline rules answer; `abstained` where nothing was found and a person is the default. */
export interface OfflineDecision {
  readonly nextAgent: Route
  readonly reasoning: string
  /** 0..1: how strong the want is and how few others compete with it. */
  readonly confidence: number
  /** Routes of what else the customer wants, dearest first; never `nextAgent` itself. */
  readonly otherWants: readonly Route[]
  readonly abstained?: true
}

/**
 * Routes a case without a model (ROUTING_POLICY §2). Deterministic. Of several wants the one
 * that costs the customer more if it waits wins; what is not understood goes to a person.
 */
export function decideOffline(state: GraphState): OfflineDecision {
  const { trigger } = state
  if (trigger.type !== 'customer_query') {
    return abstain(`No rule routes a ${describeTrigger(state)}: a person decides.`)
  }
  return decideMail(trigger.payload, BEHIND.has(state.billingStatus))
}

const BEHIND: ReadonlySet<string> = new Set(['payment_failed', 'dunning', 'suspended'])

function describeTrigger({ trigger }: GraphState): string {
  return trigger.type === 'stripe_event' ? 'provider event of this type' : 'trigger of this kind'
}

function decideMail(mail: CustomerQuery, isBehind: boolean): OfflineDecision {
  const subject = bounded(mail.subject)
  const { own, quoted } = splitMail(mail.text)
  const attached = (mail.attachments ?? []).map(wordsOfName)
  if ([subject, own, quoted, ...(mail.attachments ?? [])].some(hasPlantedMarkup))
    return instructed()
  const sentences = read(`${subject}\n\n${own}`)
  if ([quoted, ...attached].some((text) => namesInstruction(read(text)))) return instructed()
  const found = wantsIn(sentences, isBehind)
  const planted = sentences.find(({ sentence, hits }) => isOffTopicRequest(sentence, hits))
  if (isUnreadScript(`${subject} ${own}`)) {
    return abstain('Parts are in a language the rules do not read: a person decides.')
  }
  return weigh(found, planted !== undefined)
}

/** In what the customer quoted, wants are somebody else's; an instruction stays one. */
function namesInstruction(sentences: readonly ReadSentence[]): boolean {
  return wantsIn(sentences, false).some(({ want }) => want === INSTRUCTS)
}

/** "ignore_all-previous.instructions.pdf" as a reader would say it. */
function wordsOfName(name: string): string {
  return bounded(name)
    .replace(/([a-z])([A-Z])/gu, '$1 $2')
    .replace(/\.[A-Za-z0-9]{1,5}$/u, '')
    .replace(/[_.+\-%\s]+/gu, ' ')
}

const INSTRUCTS = 'instructs the system'

function wantsIn(sentences: readonly ReadSentence[], isBehind: boolean): Want[] {
  const mail = conceptsOf(sentences)
  const found = new Set<Want>()
  for (const one of sentences) {
    for (const want of wantsOf({ ...one, mail, isBehind })) {
      if (want.route === 'human_escalation' || isBilling(one)) found.add(want)
    }
  }
  return [...found]
}

const BILLING_WORDS = ['invoice', 'due', 'expire', 'declined', 'billed'] as const

/** A word of another trade takes a sentence out, unless a bill is what it speaks of. */
function isBilling({ hits }: ReadSentence): boolean {
  if (hits.has('cash')) return false
  return !hits.has('foreign') || BILLING_WORDS.some((concept) => hits.has(concept))
}

/** Dearest first: what costs the customer more if it waits. */
const COST: Record<Route, number> = {
  human_escalation: 3,
  dunning_agent: 2,
  anomaly_agent: 1,
  inquiry_agent: 0,
}

function weigh(found: readonly Want[], hasOffTopic: boolean): OfflineDecision {
  const routes = ROUTES.filter((route) => found.some((want) => want.route === route))
  const [nextAgent, ...others] = routes.toSorted((a, b) => COST[b] - COST[a])
  if (nextAgent === undefined) return abstain('No billing question recognised: a person decides.')
  if (hasOffTopic && nextAgent !== 'human_escalation') {
    return abstain('Asks for something that is not billing as well: a person decides.')
  }
  const wants = found.filter((want) => want.route === nextAgent).map(({ want }) => want)
  return {
    nextAgent,
    reasoning: explain(nextAgent, wants, others),
    confidence: confidenceOf(nextAgent, wants.length, others.length),
    otherWants: others,
  }
}

const WHO: Record<Route, string> = {
  human_escalation: 'a person decides',
  dunning_agent: 'a matter of getting paid',
  anomaly_agent: 'a matter of usage',
  inquiry_agent: 'a question about billing',
}

function explain(route: Route, wants: readonly string[], others: readonly Route[]): string {
  const also = others.map((other) => WHO[other]).join(' and ')
  return `The customer ${wants.join(', ')}: ${WHO[route]}${also ? `; also ${also}` : ''}.`
}

/** A hand-off is never far wrong; elsewhere every competing route takes a share away. */
function confidenceOf(route: Route, wants: number, others: number): number {
  const base = route === 'human_escalation' ? 0.93 : 0.85
  const share = base + Math.min(wants - 1, 2) * 0.03 - others * 0.1
  return Math.round(share * 100) / 100
}

function instructed(): OfflineDecision {
  return {
    nextAgent: 'human_escalation',
    reasoning: `The customer's mail ${INSTRUCTS}: a person decides.`,
    confidence: 0.99,
    otherWants: [],
  }
}

function abstain(reasoning: string): OfflineDecision {
  return {
    nextAgent: 'human_escalation',
    reasoning,
    confidence: 0.4,
    otherWants: [],
    abstained: true,
  }
}
