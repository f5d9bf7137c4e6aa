import { hasPlantedMarkup } from './offline/injection.ts'
import {
  classify,
  shareOfRoutes,
  sharesOfIntents,
  type Reading,
} from './offline/classifier/classify.ts'
import { readBySentence } from './offline/classifier/by-sentence.ts'
import { confidenceOf } from './offline/confidence.ts'
import { judge, type Judgement } from './offline/judge.ts'
import { isUnreadScript } from './offline/language.ts'
import { isUnreadLanguage } from './offline/unread-language.ts'
import { bounded, splitMail } from './offline/mail.ts'
import { offTopicRequest } from './offline/offtopic.ts'
import { conceptsOf, read, type ReadSentence } from './offline/reading.ts'
import { wantsOf, type Want } from './offline/wants.ts'
import { unspacedWants } from './offline/wants/unspaced.ts'
import type { CustomerQuery, GraphState, Route } from './state.ts'

/** What the offline rules answer; `abstained` where nothing was found and a person is the default. */
export interface OfflineDecision {
  readonly nextAgent: Route
  readonly reasoning: string
  /** 0..1: how often decisions on such evidence were right on the dev splits. */
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
  const text = `${subject}\n\n${own}`
  const sentences = read(text)
  if ([quoted, ...attached].some(namesInstruction)) return instructed()
  const found = [...wantsIn(sentences, isBehind), ...unspacedWants(text)]
  const planted = sentences.find(isPlanted)
  const isNamed = found.some(({ route }) => route === 'human_escalation')
  if (!isNamed && (isUnreadScript(text) || isUnreadLanguage(wordsIn(sentences)))) {
    return abstain('Parts are in a language the rules do not read: a person decides.')
  }
  if (planted !== undefined && !isNamed) {
    return abstain('Asks for something that is not billing as well: a person decides.')
  }
  const reading = classify(sentences)
  if (isNamed) return answer(found, reading, judge(found, reading, isBehind))
  const { demands, peak } = readBySentence(sentences)
  const all = [...found, ...demands]
  return answer(all, reading, judge(all, reading, isBehind, peak))
}

function isPlanted(one: ReadSentence): boolean {
  const request = offTopicRequest(one.sentence, one.hits)
  if (request !== 'question') return request === 'command'
  return shareOfRoutes(sharesOfIntents([one])).human_escalation >= FOREIGN_QUESTION_SHARE
}

/** From here on a question without a word of billing is one about something else. */
const FOREIGN_QUESTION_SHARE = 0.5

function wordsIn(sentences: readonly ReadSentence[]): string[] {
  return sentences.flatMap(({ sentence }) => sentence.words)
}

/** In what the customer quoted, wants are somebody else's; an instruction stays one. */
function namesInstruction(text: string): boolean {
  const found = [...wantsIn(read(text), false), ...unspacedWants(text)]
  return found.some(({ want }) => want === INSTRUCTS)
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

function answer(found: readonly Want[], reading: Reading, judgement: Judgement): OfflineDecision {
  if (judgement.kind === 'unsure') return abstain(UNSURE[judgement.because], reading)
  const { kind, route, others } = judgement
  const wants = found.filter((want) => want.route === route).map(({ want }) => want)
  const named = wants.length > 0 ? `The customer ${[...new Set(wants)].join(', ')}` : null
  const also = others.map((other) => WHO[other]).join(' and ')
  const seen = route === reading.route || named === null ? readsLike(reading) : ''
  const because = [named ?? 'No rule names the want', seen].filter((part) => part !== '')
  return {
    nextAgent: route,
    reasoning: `${because.join('; ')}: ${WHO[route]}${also ? `; also ${also}` : ''}.`,
    confidence: confidenceOf(kind, route, reading, others.length),
    otherWants: others,
  }
}

const UNSURE = {
  nothing: 'No billing question recognised: a person decides',
  foreign: 'Written in a language nothing here reads: a person decides',
  elsewhere: 'More likely not a question about billing: a person decides',
} as const

const WHO: Record<Route, string> = {
  human_escalation: 'a person decides',
  dunning_agent: 'a matter of getting paid',
  anomaly_agent: 'a matter of usage',
  inquiry_agent: 'a question about billing',
}

/** The classifier's grounds, in its own names: intent and the words that decided. */
function readsLike({ intent, because }: Reading): string {
  const words = because.map((word) => `"${word}"`).join(', ')
  return `it reads like ${intent.replace('.', ': ').replaceAll('_', ' ')}${words ? ` (${words})` : ''}`
}

function instructed(): OfflineDecision {
  return {
    nextAgent: 'human_escalation',
    reasoning: `The customer's mail ${INSTRUCTS}: a person decides.`,
    confidence: 0.99,
    otherWants: [],
  }
}

function abstain(reasoning: string, reading?: Reading): OfflineDecision {
  return {
    nextAgent: 'human_escalation',
    reasoning: reading ? `${reasoning}; ${readsLike(reading)}.` : reasoning,
    confidence: reading ? confidenceOf('unsure', 'human_escalation', reading, 0) : 0.6,
    otherWants: [],
    abstained: true,
  }
}
