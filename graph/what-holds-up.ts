import type { CaseFile } from '#agents/tools/case-file.ts'
import type { Escalation } from '#src/approvals/load-escalation.ts'
import type { EscalationAnswer, KeyedProposal } from '#src/approvals/shapes.ts'
import { isBefore } from '#src/kernel/time.ts'
import type { Drift, RunState } from './run-state.ts'

/** Days an approval may come after the question; later it is asked again on the facts of then. */
const PROPOSAL_LASTS_DAYS = 14

/** Why an answer is not carried out as it stands. */
export type Obstacle =
  | { readonly kind: 'moot'; readonly said: string }
  | {
      readonly kind: 'ask_again'
      readonly reason: 'figures_moved' | 'dispute_open' | 'proposal_expired'
      readonly drifted: Drift[]
    }

/**
 * What happened between question and answer that the person cannot have known. An answer in their own words alone is
 * never held up: it says nothing that they did not write.
 */
export function whatHoldsUp(
  state: RunState,
  file: CaseFile,
  given: {
    readonly answer: EscalationAnswer
    readonly escalation: Pick<Escalation, 'createdAt'>
    readonly chosen: readonly KeyedProposal[]
  },
): Obstacle | null {
  const { answer, escalation, chosen } = given
  if (answer.decision === 'respond' || answer.decision === 'reject') return null
  if (isPaid(state, file)) return { kind: 'moot', said: 'nothing is sent: paid meanwhile' }
  const drifted = answer.decision === 'approve' ? movedFacts(state, file, chosen) : []
  if (file.collection.disputeOpen && !state.account.disputeOpen)
    return { kind: 'ask_again', reason: 'dispute_open', drifted }
  if (drifted.length > 0) return { kind: 'ask_again', reason: 'figures_moved', drifted }
  const lapses = escalation.createdAt.add({ hours: 24 * PROPOSAL_LASTS_DAYS })
  if (answer.decision === 'approve' && isBefore(lapses, file.now))
    return { kind: 'ask_again', reason: 'proposal_expired', drifted }
  return null
}

/** It was about a payment that failed, and the money has come. */
function isPaid(state: RunState, { collection }: CaseFile): boolean {
  const { decision, account } = state
  const isAboutPayment =
    decision?.nextAgent === 'dunning_agent' ||
    state.parts.some((part) => part.agent === 'dunning_agent')
  return isAboutPayment && account.dunningState !== null && collection.dunning === null
}

/** Facts a question named that have another value now. */
function movedFacts(state: RunState, file: CaseFile, proposals: readonly KeyedProposal[]): Drift[] {
  const named = proposals.flatMap(({ proposal }) => [
    ...('factKey' in proposal ? [proposal.factKey] : []),
    ...('text' in proposal
      ? [...proposal.text.matchAll(/\{\{\s*fact:([a-z0-9_.]+)\s*\}\}/g)].map(([, key = '']) => key)
      : []),
  ])
  return [...new Set(named)].flatMap((fact) => {
    const was = state.facts[fact] ?? null
    const is = file.facts[fact] ?? null
    return was === is ? [] : [{ fact, was, is }]
  })
}
