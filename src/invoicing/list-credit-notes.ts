import { and, desc, eq, lt, type SQL } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { creditNotes } from '#db/schema/invoicing.ts'
import { pageOf, startAfter, type Page, type PageQuery } from '#src/kernel/paging.ts'

/** Credit notes, newest first. @throws invalid_input for a cursor that is not ours. */
export async function listCreditNotes(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  query: PageQuery & { invoiceId?: string | undefined; customerId?: string | undefined },
): Promise<Page<typeof creditNotes.$inferSelect>> {
  const after = startAfter(query)
  const wanted: (SQL | undefined)[] = [
    eq(creditNotes.orgId, ctx.orgId),
    query.invoiceId === undefined ? undefined : eq(creditNotes.invoiceId, query.invoiceId),
    query.customerId === undefined ? undefined : eq(creditNotes.customerId, query.customerId),
    after === null ? undefined : lt(creditNotes.id, after),
  ]
  const rows = await ctx.db
    .select()
    .from(creditNotes)
    .where(and(...wanted))
    .orderBy(desc(creditNotes.id))
    .limit(query.limit + 1)
  return pageOf(
    rows,
    query.limit,
    ({ id }) => id,
    (row) => row,
  )
}
