import { and, asc, eq, gt, notInArray } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { dunningCases } from '#db/schema/collections.ts'
import { pageOf, startAfter, type Page, type PageQuery } from '#src/kernel/paging.ts'
import type { CaseRow } from './case-rows.ts'
import type { DunningState } from './states.ts'

/** Dunning cases in the order of their opening; `open` leaves out what is recovered or closed. */
export async function listCases(
  ctx: Ctx,
  query: PageQuery & {
    readonly customerId?: string | undefined
    readonly state?: DunningState | undefined
    readonly open?: boolean | undefined
  },
): Promise<Page<CaseRow>> {
  const after = startAfter(query)
  const rows = await ctx.db
    .select()
    .from(dunningCases)
    .where(
      and(
        eq(dunningCases.orgId, ctx.orgId),
        after === null ? undefined : gt(dunningCases.id, after),
        query.customerId === undefined ? undefined : eq(dunningCases.customerId, query.customerId),
        query.state === undefined ? undefined : eq(dunningCases.state, query.state),
        query.open === true ? notInArray(dunningCases.state, ['recovered', 'closed']) : undefined,
      ),
    )
    .orderBy(asc(dunningCases.id))
    .limit(query.limit + 1)
  return pageOf(
    rows,
    query.limit,
    (row) => row.id,
    (row) => row,
  )
}
