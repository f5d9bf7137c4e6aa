import { packWeights, type Weights } from '../classifier/weights.ts'
import { BACKGROUND, composed } from './compose.ts'
import { loadCorpus, type Sample } from './corpus.ts'
import { exampleOf, fit, quantise, temperatureFor, type Example } from './fit.ts'
import { roughen } from './roughen.ts'

/** Trains on the corpus and answers the bytes of weights.bin. The same corpus gives the same bytes. */
export function trainedWeights(): Buffer {
  const { samples, hash } = loadCorpus()
  const intents = [...new Set(samples.map(({ intent }) => intent))].toSorted()
  const background = samples.filter(({ intent }) => intent === BACKGROUND)
  const mails = samples.flatMap((one) => composed(one, background) ?? [])
  const ofTrain = (one: Sample): boolean => one.split === 'train'
  const train = samples.filter(ofTrain)
  const learned = [...train, ...train.map(roughen), ...mails.filter(ofTrain)]
  const fitted = quantise(fit(intents, examplesOf(intents, learned)))
  const untempered: Weights = { intents, temperature: 1, corpus: hash, ...fitted }
  const temperature = temperatureFor(
    untempered,
    examplesOf(
      intents,
      [...samples, ...mails].filter(({ split }) => split === 'dev'),
    ),
  )
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
