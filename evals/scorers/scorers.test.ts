import { describe, expect, it } from 'vitest'
import { accuracyOf, confusionOf, macroF1Of, recallOf, type Judged } from './classification.ts'
import { mcnemarWorse } from './paired.ts'
import { calibrationError, percentile } from './spread.ts'

type Label = 'a' | 'b' | 'c'
const LABELS: readonly Label[] = ['a', 'b', 'c']
const judged = (pairs: readonly [Label, Label | null][]): Judged<Label>[] =>
  pairs.map(([expected, actual]) => ({ expected, actual }))

describe('classification', () => {
  const some = judged([
    ['a', 'a'],
    ['a', 'b'],
    ['b', 'b'],
    ['b', null],
  ])

  it('counts an invalid answer as wrong and shows it in its own column', () => {
    expect(accuracyOf(some)).toBe(0.5)
    expect(confusionOf(LABELS, some).b).toEqual({ a: 0, b: 1, c: 0, invalid: 1 })
  })

  it('averages F1 over the labels that occur', () => {
    expect(macroF1Of(LABELS, some)).toBeCloseTo((2 / 3 + 1 / 2) / 2)
    expect(macroF1Of(LABELS, judged([['c', 'a']]))).toBe(0)
  })

  it('takes recall over the expected cases of a label', () => {
    expect(recallOf('a', some)).toBe(0.5)
    expect(recallOf('c', some)).toBe(1)
  })
})

describe('the paired test', () => {
  it.each([
    [0, 0, 1],
    [5, 0, 0.03125],
    [1, 1, 0.75],
    [0, 5, 1],
    [8, 2, 0.0546875],
  ])('%i lost and %i won: p = %f', (lost, won, p) => {
    expect(mcnemarWorse(lost, won)).toBeCloseTo(p, 10)
  })
})

describe('spread', () => {
  it('takes percentiles by nearest rank', () => {
    const values = [5, 1, 4, 2, 3]
    expect(percentile(values, 0.5)).toBe(3)
    expect(percentile(values, 0.99)).toBe(5)
    expect(percentile([], 0.5)).toBe(0)
  })

  it('measures how far confidence and being right lie apart', () => {
    const sure = { confidence: 1, isRight: true }
    expect(calibrationError([sure, sure])).toBe(0)
    expect(calibrationError([sure, { confidence: 1, isRight: false }])).toBe(0.5)
  })
})
