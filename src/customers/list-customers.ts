import { and, asc, eq, gt } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { customers } from '#db/schema/customers.ts'
import { pageOf, startAfter, type Page, type PageQuery } from '#src/kernel/paging.ts'
import type { Customer } from './load-customer.ts'
import type { AccountStatus } from './rules.ts'

/** Accounts in order of their ids. */
export async function listCustomers(
  ctx: Ctx,
  query: PageQuery & { readonly status?: AccountStatus | undefined },
): Promise<Page<Customer>> {
  const after = startAfter(query)
  const rows = await ctx.db
    .select()
    .from(customers)
    .where(
      and(
        eq(customers.orgId, ctx.orgId),
        after === null ? undefined : gt(customers.id, after),
        query.status === undefined ? undefined : eq(customers.status, query.status),
      ),
    )
    .orderBy(asc(customers.id))
    .limit(query.limit + 1)
  return pageOf(
    rows,
    query.limit,
    (row) => row.id,
    (row) => row,
  )
}
