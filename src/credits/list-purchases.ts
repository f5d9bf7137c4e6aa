import { and, desc, eq, lt, type SQL } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { creditPurchases } from '#db/schema/credits.ts'
import { pageOf, startAfter, type Page, type PageQuery } from '#src/kernel/paging.ts'
import type { PurchaseRow } from './buy-credits.ts'

/** Orders of credit, newest first. @throws invalid_input for a cursor that is not ours. */
export async function listPurchases(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  query: PageQuery & { customerId?: string | undefined },
): Promise<Page<PurchaseRow>> {
  const after = startAfter(query)
  const wanted: (SQL | undefined)[] = [
    eq(creditPurchases.orgId, ctx.orgId),
    query.customerId === undefined ? undefined : eq(creditPurchases.customerId, query.customerId),
    after === null ? undefined : lt(creditPurchases.id, after),
  ]
  const rows = await ctx.db
    .select()
    .from(creditPurchases)
    .where(and(...wanted))
    .orderBy(desc(creditPurchases.id))
    .limit(query.limit + 1)
  return pageOf(
    rows,
    query.limit,
    ({ id }) => id,
    (row) => row,
  )
}
