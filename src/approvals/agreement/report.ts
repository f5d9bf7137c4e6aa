import { and, desc, eq, gte } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { shadowComparisons } from '#db/schema/agents.ts'
import type { Instant } from '#src/kernel/time.ts'
import { peopleAgreement, type PeopleAgreement } from './people.ts'
import { agreementOf, cohensKappa, labelAgreement, labelsOf, type Agreement } from './rules.ts'

type Labelled = Agreement & { readonly label: string; readonly kappa: number | null }

export interface AgreementReport {
  readonly since: string
  /** Of shadow and live model (S9): a route, or kinds of proposals. */
  readonly routes: Agreement & { readonly kappa: number | null; readonly each: Labelled[] }
  readonly actions: { readonly each: Labelled[] }
  readonly disagreements: readonly {
    readonly callId: string
    readonly runId: string | null
    readonly task: string
    readonly shadow: string
    readonly live: readonly string[]
    readonly shadowed: readonly string[]
    readonly liveReason: string
    readonly shadowReason: string
    readonly at: string
  }[]
  /** Of people and proposals. */
  readonly people: readonly PeopleAgreement[]
}

const MOST_DISAGREEMENTS = 100

/** How far shadow and live model, and people and proposals, agree since then. */
export async function agreementReport(ctx: Ctx, since: Instant): Promise<AgreementReport> {
  const rows = await ctx.db
    .select()
    .from(shadowComparisons)
    .where(and(eq(shadowComparisons.orgId, ctx.orgId), gte(shadowComparisons.at, since)))
    .orderBy(desc(shadowComparisons.at))
  const routes = rows.filter(({ task }) => task === 'supervisor')
  const drafts = rows.filter(({ task }) => task !== 'supervisor')
  const each = (pairs: typeof rows) =>
    labelsOf(pairs).map((label) => ({ label, ...labelAgreement(pairs, label) }))
  return {
    since: since.toString(),
    routes: {
      ...agreementOf(routes.filter(({ agrees }) => agrees).length, routes.length),
      kappa: cohensKappa(routes.map(({ live, shadowed }) => [live.join(), shadowed.join()])),
      each: each(routes),
    },
    actions: { each: each(drafts) },
    disagreements: rows
      .filter(({ agrees }) => !agrees)
      .slice(0, MOST_DISAGREEMENTS)
      .map(({ orgId: _org, shadowCallId: _call, agrees: _agrees, at, ...row }) => ({
        ...row,
        at: at.toString(),
      })),
    people: await peopleAgreement(ctx, since),
  }
}
