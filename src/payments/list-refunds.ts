import { and, desc, eq, lt, type SQL } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { refunds } from '#db/schema/payments.ts'
import { pageOf, startAfter, type Page, type PageQuery } from '#src/kernel/paging.ts'
import type { RefundRow } from './refund-rows.ts'

/** Refunds, newest first; `to_pay` are the transfers a person has to make. @throws invalid_input for a cursor that is not ours. */
export async function listRefunds(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  query: PageQuery & {
    status?: RefundRow['status'] | undefined
    customerId?: string | undefined
    paymentId?: string | undefined
  },
): Promise<Page<RefundRow>> {
  const after = startAfter(query)
  const wanted: (SQL | undefined)[] = [
    eq(refunds.orgId, ctx.orgId),
    query.status === undefined ? undefined : eq(refunds.status, query.status),
    query.customerId === undefined ? undefined : eq(refunds.customerId, query.customerId),
    query.paymentId === undefined ? undefined : eq(refunds.paymentId, query.paymentId),
    after === null ? undefined : lt(refunds.id, after),
  ]
  const rows = await ctx.db
    .select()
    .from(refunds)
    .where(and(...wanted))
    .orderBy(desc(refunds.id))
    .limit(query.limit + 1)
  return pageOf(
    rows,
    query.limit,
    ({ id }) => id,
    (row) => row,
  )
}
