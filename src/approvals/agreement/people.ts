import { and, eq, gte, isNotNull } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { escalations } from '#db/schema/agents.ts'
import type { Instant } from '#src/kernel/time.ts'
import { EscalationAnswer } from '../shapes.ts'
import { agreementOf, type Agreement } from './rules.ts'

const Asked = z.object({
  proposals: z.array(z.object({ kind: z.string(), verdict: z.string().optional() })).default([]),
})

/** What people did with the proposals they were asked about; only `unchanged` counts as agreement. */
export interface PeopleAgreement extends Agreement {
  readonly kind: string
  readonly unchanged: number
  readonly edited: number
  readonly rejected: number
}

/** By kind of proposal, from the queue's answers since then. An answer in words of one's own is a rejection. */
export async function peopleAgreement(ctx: Ctx, since: Instant): Promise<PeopleAgreement[]> {
  const rows = await ctx.db
    .select({ context: escalations.context, answer: escalations.answer })
    .from(escalations)
    .where(
      and(
        eq(escalations.orgId, ctx.orgId),
        isNotNull(escalations.answer),
        gte(escalations.answeredAt, since),
      ),
    )
  const answers = rows.flatMap(({ context, answer }) => {
    const decision = EscalationAnswer.safeParse(answer).data?.decision
    const asked = Asked.safeParse(context).data?.proposals ?? []
    if (decision === undefined) return []
    const kinds = asked.filter(({ verdict }) => verdict === 'ask').map(({ kind }) => kind)
    return [...new Set(kinds)].map((kind) => ({ kind, decision }))
  })
  return [...Map.groupBy(answers, ({ kind }) => kind)]
    .map(([kind, given]) => {
      const count = (...of: string[]) =>
        given.filter(({ decision }) => of.includes(decision)).length
      const unchanged = count('approve')
      return {
        kind,
        ...agreementOf(unchanged, given.length),
        unchanged,
        edited: count('edit'),
        rejected: count('reject', 'respond'),
      }
    })
    .toSorted((a, b) => a.kind.localeCompare(b.kind))
}
