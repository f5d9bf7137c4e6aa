import { packWeights, type Weights } from '../classifier/weights.ts'
import { loadCorpus, type Sample } from './corpus.ts'
import { exampleOf, fit, quantise, temperatureFor, type Example } from './fit.ts'
import { roughen } from './roughen.ts'

/** Trains on the corpus and answers the bytes of weights.bin. The same corpus gives the same bytes. */
export function trainedWeights(): Buffer {
  const { samples, hash } = loadCorpus()
  const intents = [...new Set(samples.map(({ intent }) => intent))].toSorted()
  const ofSplit = (split: Sample['split']): Sample[] => samples.filter((one) => one.split === split)
  const train = ofSplit('train')
  const fitted = quantise(fit(intents, examplesOf(intents, [...train, ...train.map(roughen)])))
  const untempered: Weights = { intents, temperature: 1, corpus: hash, ...fitted }
  const temperature = temperatureFor(untempered, examplesOf(intents, ofSplit('dev')))
  return packWeights({ ...untempered, temperature })
}

/** A common intent must not drown a rare one: its examples count less, by the root of their number. */
function examplesOf(intents: readonly string[], samples: readonly Sample[]): Example[] {
  const numbers = intents.map((name) => samples.filter(({ intent }) => intent === name).length)
  const mean = samples.length / intents.length
  return samples.map(({ text, intent }) => {
    const target = intents.indexOf(intent)
    return exampleOf(text, target, Math.sqrt(mean / Math.max(1, numbers[target] ?? 1)))
  })
}
