import { AppError } from '#src/kernel/errors.ts'
import { GATES, type Gates } from '#src/approvals/gates.ts'
import type { KeyedProposal } from '#src/approvals/shapes.ts'
import { effectOf, type EffectInput } from './effects.ts'
import type { Node, RunContext } from './nodes.ts'
import type { Effect, RunState } from './run-state.ts'

/** Does what may be done without a person, each effect in a transaction of its own and once by its key. */
export function actNode(gates: Gates = GATES): Node {
  return (state, context) => acted(state, context, gates)
}

async function acted(
  state: RunState,
  context: RunContext,
  gates: Gates,
): Promise<Partial<RunState>> {
  const allowed = state.proposals.filter((_, index) => state.verdicts[index]?.verdict === 'execute')
  const effects = await perform(state, context, allowed, { gates })
  return {
    effects: [...state.effects, ...effects],
    ...(state.escalationReason === null ? { outcome: { kind: 'acted' } } : {}),
  }
}

/** Performs proposals; a refusal by a verb is a result, anything else stops the run, which then resumes here. */
export async function perform(
  state: RunState,
  { scope }: RunContext,
  proposals: readonly KeyedProposal[],
  extra: Pick<EffectInput, 'approvedBy' | 'amounts' | 'gates'>,
): Promise<Effect[]> {
  const attached = proposals.find(({ proposal }) => proposal.kind === 'attach_invoice')?.proposal
  const attachInvoiceId = attached?.kind === 'attach_invoice' ? attached.invoiceId : undefined
  const effects: Effect[] = []
  for (const keyed of proposals) {
    const { key, proposal } = keyed
    try {
      const result = await scope.transact((ctx) =>
        effectOf(ctx, { state, keyed, attachInvoiceId, ...extra }),
      )
      effects.push({ key, kind: proposal.kind, result })
    } catch (error) {
      if (!(error instanceof AppError) || !['refused', 'conflict'].includes(error.code)) throw error
      effects.push({ key, kind: proposal.kind, result: `refused: ${error.message}` })
    }
  }
  return effects
}
