import type { RunState } from './run-state.ts'
import { WORKERS, type Decision, type Route, type Worker } from './state.ts'

/**
 * The workers of a run in order: the one the case goes to, then those of what else the customer wants. Further wants
 * come from the offline rules alone: the model's decision names one route, and no want is worth a second call for it.
 * Each worker has a case once, so a run has three at most.
 */
export function workersFor(decision: Pick<Decision, 'nextAgent' | 'otherWants'>): Worker[] {
  const wanted = [decision.nextAgent, ...(decision.otherWants ?? [])]
  if (decision.nextAgent === 'human_escalation') return []
  return [...new Set(wanted)].filter(isWorker)
}

/** What else the customer wants where a person has the case, dearest first. */
export function wantsBesides(decision: Pick<Decision, 'otherWants'>): Worker[] {
  return WORKERS.filter((worker) => decision.otherWants?.includes(worker))
}

/** Who is next: a worker that has not had the case, `merge` where several had it, else `act`. */
export function afterWorker(state: Pick<RunState, 'decision' | 'parts'>): Worker | 'merge' | 'act' {
  const workers = state.decision ? workersFor(state.decision) : []
  const next = workers.find((worker) => state.parts.every(({ agent }) => agent !== worker))
  return next ?? (state.parts.length > 1 ? 'merge' : 'act')
}

/** Parts of an answer, the most urgent first. */
export function byUrgency<Part extends { readonly agent: Worker }>(parts: readonly Part[]): Part[] {
  return parts.toSorted((a, b) => WORKERS.indexOf(a.agent) - WORKERS.indexOf(b.agent))
}

function isWorker(route: Route): route is Worker {
  return WORKERS.some((worker) => worker === route)
}
