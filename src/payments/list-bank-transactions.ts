import { and, asc, eq, gt } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { bankTransactions } from '#db/schema/payments.ts'
import { pageOf, startAfter, type Page, type PageQuery } from '#src/kernel/paging.ts'
import type { BankTransactionView } from './shapes.ts'

/** Lines of bank statements by id, for the review list among others. */
export async function listBankTransactions(
  ctx: Ctx,
  query: PageQuery & { status?: 'matched' | 'review' | 'ignored' | undefined },
): Promise<Page<BankTransactionView>> {
  const after = startAfter(query)
  const rows = await ctx.db
    .select()
    .from(bankTransactions)
    .where(
      and(
        eq(bankTransactions.orgId, ctx.orgId),
        query.status === undefined ? undefined : eq(bankTransactions.status, query.status),
        after === null ? undefined : gt(bankTransactions.id, after),
      ),
    )
    .orderBy(asc(bankTransactions.id))
    .limit(query.limit + 1)
  return pageOf(
    rows,
    query.limit,
    (row) => row.id,
    (row) => ({
      id: row.id,
      bookedOn: row.bookedOn,
      currency: row.currency,
      amountMinor: row.amountMinor.toString(),
      payer: row.payer,
      reference: row.reference,
      status: row.status,
      invoiceId: row.invoiceId,
      score: row.score,
      explanation: row.explanation,
      importedAt: row.importedAt.toString(),
    }),
  )
}
