import { conceptsIn, type Concept, type Hits } from './concepts.ts'
import { sentencesOf, type Sentence } from './sentences.ts'

export interface ReadSentence {
  readonly sentence: Sentence
  readonly hits: Hits
}

/** A text as the rules see it: sentences with the concepts found in each. */
export function read(text: string): ReadSentence[] {
  return sentencesOf(text).map((sentence) => ({ sentence, hits: conceptsIn(sentence.words) }))
}

/** Everything a text speaks of, whichever sentence it stands in. */
export function conceptsOf(sentences: readonly ReadSentence[]): ReadonlySet<Concept> {
  return new Set(sentences.flatMap(({ hits }) => [...hits.keys()]))
}
