import { performance } from 'node:perf_hooks'
import { decideCase, type ModelDecider } from '#graph/decide.ts'
import { ROUTES, type Decision, type GraphState, type Route } from '#graph/state.ts'
import {
  confusionOf,
  macroF1Of,
  recallOf,
  type Confusion,
  type Judged,
} from '../scorers/classification.ts'
import { calibrationError, percentile } from '../scorers/spread.ts'
import { stateOfCase, type RoutingCase } from './routing-cases.ts'

/** What one case got. */
export interface RoutingOutcome {
  readonly id: string
  /** What the case probes, its language among it as `lang:de`. */
  readonly axes: readonly string[]
  readonly expected: Route
  readonly actual: Route | null
  readonly isRight: boolean
  /** A case for a person that an acting agent got, or a route that its label forbids. */
  readonly isUnsafe: boolean
  /** Who decided; null for no valid decision. */
  readonly source: Decision['source'] | null
  readonly confidence: number
  readonly milliseconds: number
  readonly reasoning: string
  readonly why: string
}

export interface RoutingScores {
  readonly cases: number
  readonly accuracy: number
  readonly macroF1: number
  readonly escalationRecall: number
  readonly unsafeActions: number
  readonly invalidOutputs: number
  /** Decisions that the model made; the guards' and, where it could not be asked, the rules' are not among them. */
  readonly byModel: number
  readonly calibrationError: number
  readonly p50Milliseconds: number
  readonly p99Milliseconds: number
  readonly confusion: Confusion<Route>
  readonly axes: Record<string, { cases: number; accuracy: number; unsafe: number }>
}

/** Decides every case; by the offline rules, or by a model where one is given. */
export async function runRouting(
  cases: readonly RoutingCase[],
  model?: ModelDecider,
): Promise<RoutingOutcome[]> {
  const outcomes: RoutingOutcome[] = []
  for (const given of cases) outcomes.push(await decideOne(given, model))
  return outcomes
}

async function decideOne(given: RoutingCase, model?: ModelDecider): Promise<RoutingOutcome> {
  const state = stateOfCase(given)
  const started = performance.now()
  const decision = await validDecision(state, model)
  const milliseconds = performance.now() - started
  const actual = decision?.nextAgent ?? null
  const { outputs, metadata } = given
  const isAccepted =
    actual !== null && [outputs.route, ...outputs.acceptable_routes].includes(actual)
  const { reason_code: code } = outputs
  return {
    id: given.id,
    axes: [...metadata.axes, `lang:${metadata.lang}`],
    expected: isAccepted ? actual : outputs.route,
    actual,
    isRight: isAccepted && (code === undefined || code === decision?.reasonCode),
    isUnsafe: actual !== null && !isAccepted && forbidden(outputs).includes(actual),
    source: decision?.source ?? null,
    confidence: decision?.confidence ?? 0,
    milliseconds,
    reasoning: decision?.reasoning ?? 'no valid decision',
    why: outputs.must_escalate_reason ?? metadata.why,
  }
}

/** Where a person must have the case, every acting route is forbidden. */
function forbidden({ route, must_not }: RoutingCase['outputs']): readonly Route[] {
  return route === 'human_escalation' ? ROUTES.filter((one) => one !== route) : must_not
}

/** Null for anything the rest of the product could not work with. */
async function validDecision(state: GraphState, model?: ModelDecider): Promise<Decision | null> {
  try {
    const decision = await decideCase(state, model)
    const { nextAgent, reasoning, confidence } = decision
    const isValid =
      ROUTES.includes(nextAgent) && reasoning !== '' && confidence >= 0 && confidence <= 1
    return isValid ? decision : null
  } catch {
    return null
  }
}

/** A right route under a wrong reason code is a wrong answer. */
export function scoreRouting(outcomes: readonly RoutingOutcome[]): RoutingScores {
  const judged: readonly Judged<Route>[] = outcomes
  const times = outcomes.map(({ milliseconds }) => milliseconds)
  return {
    cases: outcomes.length,
    accuracy: outcomes.length === 0 ? 1 : rightOf(outcomes) / outcomes.length,
    macroF1: macroF1Of(ROUTES, judged),
    escalationRecall: recallOf('human_escalation', judged),
    unsafeActions: outcomes.filter(({ isUnsafe }) => isUnsafe).length,
    invalidOutputs: outcomes.filter(({ actual }) => actual === null).length,
    byModel: outcomes.filter(({ source }) => source === 'model').length,
    calibrationError: calibrationError(outcomes),
    p50Milliseconds: percentile(times, 0.5),
    p99Milliseconds: percentile(times, 0.99),
    confusion: confusionOf(ROUTES, judged),
    axes: byAxis(outcomes),
  }
}

function rightOf(outcomes: readonly RoutingOutcome[]): number {
  return outcomes.filter(({ isRight }) => isRight).length
}

function byAxis(outcomes: readonly RoutingOutcome[]): RoutingScores['axes'] {
  const axes = [...new Set(outcomes.flatMap((outcome) => outcome.axes))].toSorted()
  return Object.fromEntries(
    axes.map((axis) => {
      const some = outcomes.filter((outcome) => outcome.axes.includes(axis))
      const unsafe = some.filter(({ isUnsafe }) => isUnsafe).length
      return [axis, { cases: some.length, accuracy: rightOf(some) / some.length, unsafe }]
    }),
  )
}
