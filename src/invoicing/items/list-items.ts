import { and, asc, eq, gt, isNotNull, isNull } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { invoiceItems, invoices } from '#db/schema/invoicing.ts'
import { AppError } from '#src/kernel/errors.ts'
import { pageOf, startAfter, type Page, type PageQuery } from '#src/kernel/paging.ts'

/** An item with the state of the invoice that has taken it up, if one has. */
export interface ListedItem {
  readonly item: typeof invoiceItems.$inferSelect
  readonly invoiceStatus: typeof invoices.$inferSelect.status | null
}

/** One-off items by id, of one customer where asked, waiting (`pending`) or taken up. */
export async function listItems(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  query: PageQuery & {
    readonly customerId?: string | undefined
    readonly status?: 'pending' | 'invoiced' | undefined
  },
): Promise<Page<ListedItem>> {
  const after = startAfter(query)
  const { customerId, status } = query
  const rows = await itemsWithInvoices(ctx)
    .where(
      and(
        eq(invoiceItems.orgId, ctx.orgId),
        after === null ? undefined : gt(invoiceItems.id, after),
        customerId === undefined ? undefined : eq(invoiceItems.customerId, customerId),
        status === undefined
          ? undefined
          : status === 'pending'
            ? isNull(invoiceItems.invoiceId)
            : isNotNull(invoiceItems.invoiceId),
      ),
    )
    .orderBy(asc(invoiceItems.id))
    .limit(query.limit + 1)
  return pageOf(
    rows,
    query.limit,
    ({ item }) => item.id,
    (row) => row,
  )
}

/** @throws not_found */
export async function loadItem(ctx: Pick<Ctx, 'db' | 'orgId'>, id: string): Promise<ListedItem> {
  const [row] = await itemsWithInvoices(ctx).where(
    and(eq(invoiceItems.orgId, ctx.orgId), eq(invoiceItems.id, id)),
  )
  if (!row) throw new AppError('not_found', `no item ${id}`)
  return row
}

function itemsWithInvoices(ctx: Pick<Ctx, 'db'>) {
  return ctx.db
    .select({ item: invoiceItems, invoiceStatus: invoices.status })
    .from(invoiceItems)
    .leftJoin(
      invoices,
      and(eq(invoices.orgId, invoiceItems.orgId), eq(invoices.id, invoiceItems.invoiceId)),
    )
}
