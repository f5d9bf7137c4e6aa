import { and, desc, eq, lt, type SQL } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { billingRuns, invoices } from '#db/schema/invoicing.ts'
import { pageOf, startAfter, type Page, type PageQuery } from '#src/kernel/paging.ts'

export type InvoiceRow = typeof invoices.$inferSelect

/** Invoices, newest first. @throws invalid_input for a cursor that is not ours. */
export async function listInvoices(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  query: PageQuery & {
    status?: InvoiceRow['status'] | undefined
    customerId?: string | undefined
    period?: string | undefined
  },
): Promise<Page<InvoiceRow>> {
  const after = startAfter(query)
  const wanted: (SQL | undefined)[] = [
    eq(invoices.orgId, ctx.orgId),
    query.status === undefined ? undefined : eq(invoices.status, query.status),
    query.customerId === undefined ? undefined : eq(invoices.customerId, query.customerId),
    query.period === undefined ? undefined : eq(invoices.period, query.period),
    after === null ? undefined : lt(invoices.id, after),
  ]
  const rows = await ctx.db
    .select()
    .from(invoices)
    .where(and(...wanted))
    .orderBy(desc(invoices.id))
    .limit(query.limit + 1)
  return pageOf(
    rows,
    query.limit,
    ({ id }) => id,
    (row) => row,
  )
}

/** Billing runs, newest first. @throws invalid_input for a cursor that is not ours. */
export async function listRuns(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  query: PageQuery,
): Promise<Page<typeof billingRuns.$inferSelect>> {
  const after = startAfter(query)
  const rows = await ctx.db
    .select()
    .from(billingRuns)
    .where(
      and(eq(billingRuns.orgId, ctx.orgId), after === null ? undefined : lt(billingRuns.id, after)),
    )
    .orderBy(desc(billingRuns.id))
    .limit(query.limit + 1)
  return pageOf(
    rows,
    query.limit,
    ({ id }) => id,
    (row) => row,
  )
}
