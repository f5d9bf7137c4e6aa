import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { mcnemarWorse } from './scorers/paired.ts'
import type { Outcome } from './suite.ts'

type Ended = Pick<Outcome, 'id' | 'isRight'>

/** By suite: the cases known when the baseline was taken that the offline rules got right, and those they did not. */
const Baseline = z.record(
  z.string(),
  z.object({ right: z.array(z.string()), wrong: z.array(z.string()) }),
)
export type Baseline = z.infer<typeof Baseline>

const FILE = new URL('baseline.json', import.meta.url)
/** Below this chance of being luck, a loss against the baseline is a loss. */
const SIGNIFICANCE = 0.05

export function readBaseline(): Baseline {
  return existsSync(FILE) ? Baseline.parse(JSON.parse(readFileSync(FILE, 'utf8'))) : {}
}

/** Replaces the suites that were run; the others keep what they had. */
export function writeBaseline(taken: Baseline): void {
  writeFileSync(FILE, `${JSON.stringify({ ...readBaseline(), ...taken }, null, 2)}\n`)
}

export function baselineOf(outcomes: readonly Ended[]): Baseline[string] {
  const ids = (isRight: boolean): string[] =>
    outcomes.filter((outcome) => outcome.isRight === isRight).map(({ id }) => id)
  return { right: ids(true), wrong: ids(false) }
}

/** How two runs differ on the cases that both know. */
export interface Paired {
  readonly both: number
  readonly lost: readonly string[]
  readonly won: readonly string[]
  /** Chance that at least so many of the changed cases are losses by luck. */
  readonly pWorse: number
  readonly pBetter: number
  readonly isWorse: boolean
}

/** McNemar's exact test of a later run against an earlier one. */
export function paired(before: Baseline[string], after: readonly Ended[]): Paired {
  const wasRight = new Set(before.right)
  const wasWrong = new Set(before.wrong)
  const lost = after.filter(({ id, isRight }) => !isRight && wasRight.has(id)).map(({ id }) => id)
  const won = after.filter(({ id, isRight }) => isRight && wasWrong.has(id)).map(({ id }) => id)
  const pWorse = mcnemarWorse(lost.length, won.length)
  return {
    both: after.filter(({ id }) => wasRight.has(id) || wasWrong.has(id)).length,
    lost,
    won,
    pWorse,
    pBetter: mcnemarWorse(won.length, lost.length),
    isWorse: pWorse < SIGNIFICANCE,
  }
}

/** The regression gate: nothing, or what was lost. */
export function lossesAgainst(
  before: Baseline[string] | undefined,
  outcomes: readonly Ended[],
): string[] {
  if (!before) return []
  const { isWorse, pWorse, lost } = paired(before, outcomes)
  if (!isWorse) return []
  return [`worse than the baseline (p = ${pWorse.toFixed(4)}): ${lost.join(', ')}`]
}
