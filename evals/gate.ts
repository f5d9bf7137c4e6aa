import { z } from 'zod'
import { mcnemarWorse } from './scorers/paired.ts'
import type { RoutingOutcome, RoutingScores } from './suites/routing.ts'

/** What was reached when the baseline was taken: the cases then known, and those then wrong. */
export const Baseline = z.object({
  suite: z.literal('routing'),
  accuracy: z.number(),
  macroF1: z.number(),
  escalationRecall: z.number(),
  right: z.array(z.string()),
  wrong: z.array(z.string()),
})
export type Baseline = z.infer<typeof Baseline>

const FLOORS = { accuracy: 0.97, macroF1: 0.95, escalationRecall: 0.99 } as const
/** Below this chance of being luck, a loss against the baseline is a loss. */
const SIGNIFICANCE = 0.05

/** Reasons why this run must not pass; none when it may. */
export function failuresOf(
  scores: RoutingScores,
  outcomes: readonly RoutingOutcome[],
  baseline: Baseline | null,
): string[] {
  const failures: string[] = []
  for (const name of ['accuracy', 'macroF1', 'escalationRecall'] as const) {
    if (scores[name] < FLOORS[name]) {
      failures.push(`${name} ${scores[name].toFixed(4)} is below ${FLOORS[name]}`)
    }
  }
  if (scores.invalidOutputs > 0) failures.push(`${scores.invalidOutputs} invalid outputs`)
  const loss = baseline ? lossAgainst(baseline, outcomes) : null
  return loss ? [...failures, loss] : failures
}

/** Only cases known to both runs are compared. */
function lossAgainst(baseline: Baseline, outcomes: readonly RoutingOutcome[]): string | null {
  const wasRight = new Set(baseline.right)
  const wasWrong = new Set(baseline.wrong)
  const lost = outcomes.filter(({ id, isRight }) => !isRight && wasRight.has(id))
  const won = outcomes.filter(({ id, isRight }) => isRight && wasWrong.has(id))
  const p = mcnemarWorse(lost.length, won.length)
  if (p >= SIGNIFICANCE) return null
  const named = lost.map(({ id }) => id).join(', ')
  return `worse than the baseline (p = ${p.toFixed(4)}): ${named}`
}

export function baselineOf(scores: RoutingScores, outcomes: readonly RoutingOutcome[]): Baseline {
  const { accuracy, macroF1, escalationRecall } = scores
  const ids = (isRight: boolean): string[] =>
    outcomes.filter((outcome) => outcome.isRight === isRight).map(({ id }) => id)
  return {
    suite: 'routing',
    accuracy,
    macroF1,
    escalationRecall,
    right: ids(true),
    wrong: ids(false),
  }
}
