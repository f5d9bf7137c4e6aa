import { conceptsOf, type ReadSentence } from '../reading.ts'
import { wantsOf } from '../wants.ts'

/** Room for the hashed features; two that share a bucket share a weight. */
export const BUCKETS = 1 << 15
/** What is read of a text: a want is named early, and a decision has to stay under a millisecond. */
const READ_WORDS = 250
/** What is read of a word: unspaced scripts run on. */
const WORD_LETTERS = 120

export interface Features {
  /** Buckets of the text, each once. */
  readonly buckets: Int32Array
  /** Words of the text, for naming those that decided. */
  readonly words: readonly string[]
  /** For each bucket the place of the word it was first seen in; -1 for a concept, which is no word. */
  readonly wordOf: Int32Array
}

/**
 * What the classifier sees of a text: words, pairs of neighbours and pieces of three to five
 * letters within a word; in scripts written without spaces, single letters and runs of two and
 * three. Numbers are all alike: an amount says nothing about what is wanted. The concepts of the
 * lexicon and their pairs within a sentence carry over from one language to the next.
 */
export function featuresOf(sentences: readonly ReadSentence[]): Features {
  const words = wordsOf(sentences)
  const buckets: number[] = []
  const wordOf: number[] = []
  const seen = new Set<number>()
  const add = (hash: number, at: number): void => {
    const bucket = (hash ^ (hash >>> 15)) & (BUCKETS - 1)
    if (seen.has(bucket)) return
    seen.add(bucket)
    buckets.push(bucket)
    wordOf.push(at)
  }
  for (const [at, word] of words.entries()) {
    add(hashOf(WORD, word), at)
    add(hashOf(hashOf(PAIR, words[at - 1] ?? '^'), word), at)
    for (const piece of piecesOf(word)) add(hashOf(PIECE, piece), at)
  }
  for (const hash of conceptHashes(sentences)) add(hash, -1)
  return { buckets: Int32Array.from(buckets), words, wordOf: Int32Array.from(wordOf) }
}

/** The first words, in the lexicon's spelling. */
function wordsOf(sentences: readonly ReadSentence[]): string[] {
  const words: string[] = []
  for (const { sentence } of sentences) {
    for (const word of sentence.words) {
      if (words.length >= READ_WORDS) return words
      words.push(word.replace(/\p{N}+/gu, '0').slice(0, WORD_LETTERS))
    }
  }
  return words
}

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u

function piecesOf(word: string): string[] {
  const pieces: string[] = []
  const isUnspaced = UNSPACED.test(word)
  const whole = isUnspaced ? word : `_${word}_`
  if (!isUnspaced && word.length < 4) return pieces
  const [from, to] = isUnspaced ? [1, 3] : [3, 5]
  for (let length = from; length <= to; length += 1) {
    for (let at = 0; at + length <= whole.length; at += 1) pieces.push(whole.slice(at, at + length))
  }
  return pieces
}

const READ_SENTENCES = 12

function conceptHashes(sentences: readonly ReadSentence[]): number[] {
  const mail = conceptsOf(sentences)
  return sentences.slice(0, READ_SENTENCES).flatMap(({ sentence, hits }) => {
    const wants = wantsOf({ sentence, hits, mail, isBehind: false })
    const concepts = [...hits.keys()].map((name) => hashOf(CONCEPT, name)).toSorted((a, b) => a - b)
    const pairs = concepts.flatMap((one, at) => [
      one,
      ...concepts.slice(at + 1).map((other) => Math.imul(one, 31) ^ other),
    ])
    return [...pairs, ...[...wants].map(({ want }) => hashOf(WANT, want))]
  })
}

const WANT = 0x165667b1
const CONCEPT = 0x27d4eb2f
const WORD = 0x811c9dc5
const PAIR = 0x1b873593
const PIECE = 0x5bd1e995

/** FNV-1a over the code units, mixed on from `seed`. */
function hashOf(seed: number, text: string): number {
  let hash = seed
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  }
  return Math.imul(hash ^ 0x2f, 0x01000193) >>> 0
}
