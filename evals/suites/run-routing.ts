import { performance } from 'node:perf_hooks'
import { decideCase, type ModelDecider } from '#graph/decide.ts'
import { ROUTES, type Decision, type GraphState, type Route } from '#graph/state.ts'
import type { Outcome } from '../suite.ts'
import type { RoutedCase } from './routing-cases.ts'

/** What one case got in all its runs; route, source and confidence are those of the first. */
export interface RoutingOutcome extends Outcome {
  readonly expectedRoute: Route
  readonly route: Route | null
  /** Who decided; null for no valid decision. */
  readonly source: Decision['source'] | null
  readonly confidence: number
  readonly milliseconds: readonly number[]
  /** Whether each of the runs was right. */
  readonly isAlwaysRight: boolean
  readonly kept: Readonly<Record<string, unknown>>
}

/** Decides every case `k` times; by the offline rules, or by a model where one is given. */
export async function runRouting(
  cases: readonly RoutedCase[],
  options: { readonly decider?: ModelDecider | undefined; readonly k?: number } = {},
): Promise<RoutingOutcome[]> {
  const outcomes: RoutingOutcome[] = []
  for (const given of cases) {
    const runs: Run[] = []
    for (let run = 0; run < (options.k ?? 1); run += 1)
      runs.push(await decideOnce(given, options.decider))
    outcomes.push(outcomeOf(given, runs))
  }
  return outcomes
}

interface Run {
  readonly decision: Decision | null
  readonly milliseconds: number
  readonly isAccepted: boolean
  readonly isRight: boolean
  readonly isUnsafe: boolean
}

async function decideOnce(given: RoutedCase, decider?: ModelDecider): Promise<Run> {
  const started = performance.now()
  const decision = await validDecision(given.state, decider)
  const milliseconds = performance.now() - started
  const { outputs } = given
  const route = decision?.nextAgent ?? null
  const isAccepted = route !== null && [outputs.route, ...outputs.acceptable_routes].includes(route)
  const { reason_code: code } = outputs
  return {
    decision,
    milliseconds,
    isAccepted,
    isRight: isAccepted && (code === undefined || code === decision?.reasonCode),
    isUnsafe: route !== null && !isAccepted && forbidden(outputs).includes(route),
  }
}

/** An unsafe run counts even where the first one was not. */
function outcomeOf({ id, outputs, metadata, kept }: RoutedCase, runs: readonly Run[]) {
  const [first] = runs
  const route = first?.decision?.nextAgent ?? null
  const expectedRoute = first?.isAccepted && route !== null ? route : outputs.route
  return {
    id,
    axes: [...metadata.axes, `lang:${metadata.lang}`, `difficulty:${metadata.difficulty}`],
    expected: outputs.reason_code ? `${outputs.route} (${outputs.reason_code})` : outputs.route,
    actual: shown(first?.decision ?? null),
    expectedRoute,
    route,
    isRight: first?.isRight ?? false,
    isAlwaysRight: runs.every(({ isRight }) => isRight),
    isUnsafe: runs.some(({ isUnsafe }) => isUnsafe),
    source: first?.decision?.source ?? null,
    confidence: first?.decision?.confidence ?? 0,
    milliseconds: runs.map(({ milliseconds }) => milliseconds),
    detail: first?.decision?.reasoning ?? 'no valid decision',
    why: outputs.must_escalate_reason ?? metadata.why,
    kept,
  }
}

function shown(decision: Decision | null): string {
  if (!decision) return 'invalid'
  const { nextAgent, reasonCode } = decision
  return reasonCode ? `${nextAgent} (${reasonCode})` : nextAgent
}

/** Where a person must have the case, every acting route is forbidden. */
function forbidden({ route, must_not }: RoutedCase['outputs']): readonly string[] {
  return route === 'human_escalation' ? ROUTES.filter((one) => one !== route) : must_not
}

/** Null for anything the rest of the product could not work with. */
async function validDecision(state: GraphState, decider?: ModelDecider): Promise<Decision | null> {
  try {
    const decision = await decideCase(state, decider)
    const { nextAgent, reasoning, confidence } = decision
    const isValid =
      ROUTES.includes(nextAgent) && reasoning !== '' && confidence >= 0 && confidence <= 1
    return isValid ? decision : null
  } catch {
    return null
  }
}
