import type { RunState } from './run-state.ts'

/** In words what came of an answer: the run's outcome, or that it is asked again. */
export function settledAs(
  state: Pick<RunState, 'asksAgain' | 'escalationReason' | 'outcome'>,
): string {
  return state.asksAgain && state.escalationReason !== null
    ? `asked again: ${state.escalationReason.replaceAll('_', ' ')}`
    : outcomeText(state.outcome)
}

/** A run's outcome in words. */
export function outcomeText(outcome: unknown): string {
  const { said, decision, kind } = (outcome ?? {}) as Record<string, unknown>
  const words = said ?? decision ?? kind
  return typeof words === 'string' ? words : 'done'
}
