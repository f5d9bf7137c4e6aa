import { z } from 'zod'
import type { Question } from './agent-inbox.ts'
import type { Escalation } from './load-escalation.ts'

const Stored = z.object({
  draft: z.object({ subject: z.string(), text: z.string() }).nullish(),
  proposals: z
    .array(
      z.object({ kind: z.string(), reason: z.string().optional(), verdict: z.string().optional() }),
    )
    .default([]),
  drifted: z
    .array(z.object({ fact: z.string(), was: z.string().nullable(), is: z.string().nullable() }))
    .default([]),
})

/** The question as the escalation's row keeps it. Cases no run waits for may have neither draft nor proposals. */
export function storedQuestion(escalation: Escalation): Question {
  const { draft, proposals, drifted } = Stored.parse(escalation.context)
  const { reason, summary, customerId } = escalation
  const asked = proposals.filter(({ verdict }) => verdict === 'ask')
  // Closing an account's dunning case is approved as it is: nothing is drafted for it.
  const closes = reason === 'dunning_exhausted' && 'caseId' in escalation.context
  return {
    reason,
    summary,
    customerId,
    draft: draft ?? null,
    asked: closes ? [{ kind: 'close_dunning_case' }] : asked,
    drifted,
  }
}
