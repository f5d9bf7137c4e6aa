import { BILLING } from './lexicon/billing.ts'
import { HUMAN } from './lexicon/human.ts'
import { INJECTION } from './lexicon/injection.ts'
import { OFFTOPIC } from './lexicon/offtopic.ts'
import { PAYMENT } from './lexicon/payment.ts'
import { SPEECH } from './lexicon/speech.ts'
import { USAGE } from './lexicon/usage.ts'
import { normalise } from './normalise.ts'

export const LEXICON = {
  ...SPEECH,
  ...BILLING,
  ...PAYMENT,
  ...USAGE,
  ...HUMAN,
  ...INJECTION,
  ...OFFTOPIC,
}

/** A thing or an act the rules know a name for, whatever the language. */
export type Concept = keyof typeof LEXICON

/** Word positions of each concept within one sentence. */
export type Hits = ReadonlyMap<Concept, readonly number[]>

export function isConcept(name: string): name is Concept {
  return Object.hasOwn(LEXICON, name)
}

/** Finds the concepts named in a sentence: each word is looked up once, phrases grow from it. */
export function conceptsIn(words: readonly string[]): Hits {
  const hits = new Map<Concept, number[]>()
  for (const [at, word] of words.entries()) {
    for (const phrase of phrasesFor(word)) {
      if (!tailMatches(words, at + 1, phrase.tail)) continue
      const places = hits.get(phrase.concept)
      if (!places) hits.set(phrase.concept, [at])
      else if (places.at(-1) !== at) places.push(at)
    }
  }
  return hits
}

interface Step {
  readonly text: string
  readonly isPrefix: boolean
  /** Words that may stand before this one. */
  readonly gap: number
}
interface Phrase {
  readonly concept: Concept
  readonly tail: readonly Step[]
}

const GAPS: Record<string, number> = { '.': 2, '..': 3 }
const byWord = new Map<string, Phrase[]>()
const byPrefix = new Map<string, Phrase[]>()
const byPart = new Map<string, Phrase[]>()

for (const [concept, list] of Object.entries(LEXICON)) {
  if (isConcept(concept)) for (const phrase of list.split(',')) addPhrase(concept, phrase.trim())
}

function addPhrase(concept: Concept, source: string): void {
  for (const spelling of new Set([source, twoLetterUmlauts(source)])) {
    const [head = '', ...rest] = spelling.split(/\s+/u)
    const phrase = { concept, tail: stepsOf(rest) }
    const index = head.startsWith('*') ? byPart : head.endsWith('*') ? byPrefix : byWord
    const key = normalise(head.replaceAll('*', ''))
    index.set(key, [...(index.get(key) ?? []), phrase])
  }
}

function twoLetterUmlauts(text: string): string {
  return text.replace(/ä/gu, 'ae').replace(/ö/gu, 'oe').replace(/ü/gu, 'ue')
}

function stepsOf(words: readonly string[]): Step[] {
  const steps: Step[] = []
  let gap = 0
  for (const word of words) {
    const wider = GAPS[word]
    if (wider === undefined) {
      steps.push({ text: normalise(word.replace('*', '')), isPrefix: word.endsWith('*'), gap })
      gap = 0
    } else gap = wider
  }
  return steps
}

function tailMatches(words: readonly string[], from: number, tail: readonly Step[]): boolean {
  const [step, ...rest] = tail
  if (!step) return true
  for (let at = from; at <= from + step.gap && at < words.length; at += 1) {
    const word = words[at] ?? ''
    const fits = step.isPrefix ? word.startsWith(step.text) : word === step.text
    if (fits && tailMatches(words, at + 1, rest)) return true
  }
  return false
}

/** Words repeat across mails; what a word can start is remembered, up to a bound. */
const remembered = new Map<string, readonly Phrase[]>()
const REMEMBERED_WORDS = 20_000
const COMPOUND_CHARS = 8

function phrasesFor(word: string): readonly Phrase[] {
  const known = remembered.get(word)
  if (known) return known
  const phrases = [...(byWord.get(word) ?? [])]
  for (let end = 1; end <= Math.min(word.length, 24); end += 1) {
    phrases.push(...(byPrefix.get(word.slice(0, end)) ?? []))
  }
  if (word.length >= COMPOUND_CHARS) {
    for (const [part, owners] of byPart) if (word.includes(part)) phrases.push(...owners)
  } else phrases.push(...(byPart.get(word) ?? []))
  if (remembered.size >= REMEMBERED_WORDS) remembered.clear()
  remembered.set(word, phrases)
  return phrases
}
