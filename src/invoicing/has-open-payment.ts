import { and, eq, inArray } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { payments } from '#db/schema/payments.ts'

/** Whether a charge for the invoice may still collect money: it must not be taken away under it. */
export async function hasOpenPayment(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  invoiceId: string,
): Promise<boolean> {
  const rows = await ctx.db
    .select({ id: payments.id })
    .from(payments)
    .where(
      and(
        eq(payments.orgId, ctx.orgId),
        eq(payments.invoiceId, invoiceId),
        inArray(payments.status, ['created', 'processing', 'requires_action', 'unknown']),
      ),
    )
    .limit(1)
  return rows.length > 0
}
