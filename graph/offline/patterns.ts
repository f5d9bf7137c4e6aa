import { AppError } from '#src/kernel/errors.ts'
import { isConcept, type Concept, type Hits } from './concepts.ts'
import type { Sentence } from './sentences.ts'

/** What a pattern looks at: a sentence, what the whole mail speaks of, where the account stands. */
export interface Surroundings {
  readonly sentence: Sentence
  readonly hits: Hits
  readonly mail: ReadonlySet<Concept>
  readonly isBehind: boolean
}
type Term = (around: Surroundings) => boolean

export interface Pattern {
  /** A concept without which the pattern cannot hold: who looks only there stays fast. */
  readonly needs: Concept
  readonly holds: Term
}

const CONDITIONS: ReadonlySet<string> = new Set(['short', 'long', 'behind'])
const NEAR_WORDS = 7
const NEGATION_WORDS = 4
const SHORT_WORDS = 5

/**
 * Compiles the small notation of the want files. Every term must hold in the same sentence:
 * `a` the concept is named · `!a` it is not · `a^` it is named and not denied · `a~b` both,
 * close together · `a<` among the first two words · `&a` named anywhere in the mail, `!&a` nowhere · `?` a question · `short` a headline, `long` none ·
 * `behind` the account is in payment_failed, dunning or suspended. Throws on an unknown concept.
 */
export function compilePattern(source: string): Pattern {
  const words = source.split(/\s+/u)
  const key = words.find((word) => /^[a-z]/iu.test(word) && !CONDITIONS.has(word))
  const terms = words.map(compileTerm)
  return {
    needs: named((key ?? '').replace(/[~^<].*/u, '')),
    holds: (around) => terms.every((term) => term(around)),
  }
}

function compileTerm(term: string): Term {
  if (term === '?') return ({ sentence }) => sentence.isQuestion
  if (term === 'short') return ({ sentence }) => sentence.words.length <= SHORT_WORDS
  if (term === 'long') return ({ sentence }) => sentence.words.length > SHORT_WORDS
  if (term === 'behind') return ({ isBehind }) => isBehind
  if (term.startsWith('!&')) {
    const concept = named(term.slice(2))
    return ({ mail }) => !mail.has(concept)
  }
  if (term.startsWith('!')) {
    const concept = named(term.slice(1))
    return ({ hits }) => !hits.has(concept)
  }
  if (term.startsWith('&')) {
    const concept = named(term.slice(1))
    return ({ mail }) => mail.has(concept)
  }
  if (term.endsWith('<')) {
    const concept = named(term.slice(0, -1))
    return ({ hits }) => (hits.get(concept)?.[0] ?? 2) < 2
  }
  const [left = '', right] = term.split('~')
  const first = compileNamed(left)
  if (right === undefined) return ({ hits }) => first(hits).length > 0
  const second = compileNamed(right)
  return ({ hits }) => areNear(first(hits), second(hits))
}

function compileNamed(term: string): (hits: Hits) => readonly number[] {
  if (!term.endsWith('^')) {
    const concept = named(term)
    return (hits) => hits.get(concept) ?? []
  }
  const concept = named(term.slice(0, -1))
  return (hits) => (hits.get(concept) ?? []).filter((at) => !isDenied(hits, at))
}

function isDenied(hits: Hits, at: number): boolean {
  return (hits.get('not') ?? []).some((not) => not < at && at - not <= NEGATION_WORDS)
}

function areNear(left: readonly number[], right: readonly number[]): boolean {
  return left.some((a) => right.some((b) => a !== b && Math.abs(a - b) <= NEAR_WORDS))
}

function named(name: string): Concept {
  if (isConcept(name)) return name
  throw new AppError('internal', `no concept is called ${name}`)
}
