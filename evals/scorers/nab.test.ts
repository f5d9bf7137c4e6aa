import { describe, expect, it } from 'vitest'
import { nabScore, type ScoredSeries } from './nab.ts'

/** 1,000 rows, of which the first 150 do not count, with windows at 400–499 and 700–799. */
function series(marked: readonly (readonly [number, number])[]): ScoredSeries {
  const scores = Array.from({ length: 1_000 }, () => 0)
  for (const [row, score] of marked) scores[row] = score
  return {
    scores,
    windows: [
      [400, 499],
      [700, 799],
    ],
  }
}

describe('the score of the Numenta Anomaly Benchmark', () => {
  it('is 100 for the first row of every window and nothing else, 0 for silence', () => {
    expect(
      nabScore([
        series([
          [400, 1],
          [700, 1],
        ]),
      ]).score,
    ).toBeCloseTo(100, 9)
    expect(nabScore([series([])]).score).toBe(0)
  })

  it('is less for a late alarm, and half for one of two windows', () => {
    expect(nabScore([series([[400, 1]])]).score).toBeCloseTo(50, 9)
    // 2 / (1 + e^−2.5) − 1 = 0.848284 half way, of 0.986614 at the begin.
    expect(
      nabScore([
        series([
          [400, 1],
          [750, 1],
        ]),
      ]).score,
    ).toBeCloseTo(50 + 25 * (1 + 0.848284 / 0.986614), 3)
  })

  it('takes off for alarms outside, more the further behind a window, and none in the probation', () => {
    const both = [
      [400, 1],
      [700, 1],
    ] as const
    expect(nabScore([series([...both, [300, 1]])]).score).toBeCloseTo(100 - 25 * 0.11, 9)
    expect(nabScore([series([...both, [100, 1]])]).score).toBeCloseTo(100, 9)
    const [near, far] = [510, 690].map((row) => nabScore([series([...both, [row, 1]])]).score)
    expect(near).toBeGreaterThan(far ?? 0)
    expect(near).toBeLessThan(100)
  })

  it('counts the earliest alarm of a window once, and takes the threshold that is best for all series', () => {
    const noisy = series([
      [300, 0.4],
      [400, 0.9],
      [410, 1],
      [700, 0.9],
      [950, 0.4],
    ])
    expect(nabScore([noisy])).toEqual({ score: expect.closeTo(100, 9), threshold: 0.9 })
    const { score, threshold } = nabScore([
      noisy,
      series([
        [400, 0.3],
        [700, 0.3],
      ]),
    ])
    expect(threshold).toBe(0.3)
    expect(score).toBeLessThan(100)
    expect(score).toBeGreaterThan(90)
  })
})
