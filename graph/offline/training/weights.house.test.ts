import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { unpackWeights, WEIGHTS_FILE } from '../classifier/weights.ts'
import { loadCorpus } from './corpus.ts'
import { trainedWeights } from './train.ts'

describe('the checked-in weights', () => {
  it('name the corpus that is there', () => {
    const { corpus } = unpackWeights(readFileSync(WEIGHTS_FILE))
    expect(corpus, 'the corpus has changed: npm run train:router').toBe(loadCorpus().hash)
  })

  it('are what training gives, byte for byte', () => {
    const isSame = trainedWeights().equals(readFileSync(WEIGHTS_FILE))
    expect(isSame, 'training has changed: npm run train:router').toBe(true)
  })
})

describe('the corpus', () => {
  const { samples } = loadCorpus()

  it('is thousands of different utterances, every intent with some to learn from', () => {
    expect(new Set(samples.map(({ text }) => text)).size).toBeGreaterThan(5_000)
    const learned = new Set(samples.filter(({ split }) => split === 'train').map((s) => s.intent))
    expect(samples.filter(({ intent }) => !learned.has(intent))).toEqual([])
  })

  it('never shows in training what is measured on', () => {
    const trained = new Set(samples.filter(({ split }) => split === 'train').map((s) => s.text))
    const shown = samples.filter(({ split, text }) => split !== 'train' && trained.has(text))
    expect(shown.map(({ text }) => text)).toEqual([])
  })
})
