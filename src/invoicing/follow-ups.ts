import { and, eq, sql } from 'drizzle-orm'
import { anyOf, type Ctx } from '#db/context.ts'
import { enqueue, type NewJob } from '#db/outbox.ts'
import { customers } from '#db/schema/customers.ts'
import { notifyAll } from '#src/notifications/notify.ts'

interface FinalizedInvoice {
  readonly number: string
  readonly id: string
  readonly customerId: string
  readonly totalMinor: bigint
  readonly currency: string
  /** A provider's calculation that its taxes come from. */
  readonly taxCalculationId: string | null
}

/** What a finalized invoice causes: the card on file is charged if there is something to charge, it is sent, and announced. */
export async function enqueueFollowUps(
  ctx: Ctx,
  finalized: readonly FinalizedInvoice[],
): Promise<void> {
  const onCard = await cardCustomers(
    ctx,
    finalized.map(({ customerId }) => customerId),
  )
  const jobs = finalized.flatMap(({ id, customerId, totalMinor, taxCalculationId }): NewJob[] => [
    ...(totalMinor > 0n && onCard.has(customerId)
      ? [
          {
            job: 'CHARGE_INVOICE',
            key: `${id}:finalized`,
            payload: { invoiceId: id, cause: 'finalized' },
          },
        ]
      : []),
    ...(taxCalculationId === null
      ? []
      : [{ job: 'RECORD_TAX', key: id, payload: { invoiceId: id }, maxAttempts: 20 }]),
    { job: 'SEND_INVOICE', key: id, payload: { invoiceId: id } },
  ])
  await enqueue(ctx, ...jobs)
  await notifyAll(
    ctx,
    finalized.map(({ id, number, customerId, currency, totalMinor }) => ({
      type: 'invoice.finalized',
      key: `invoice.finalized:${id}`,
      data: { invoiceId: id, number, customerId, currency, totalMinor: totalMinor.toString() },
    })),
  )
}

async function cardCustomers(ctx: Ctx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await ctx.db
    .select({ id: customers.id })
    .from(customers)
    .where(
      and(
        eq(customers.orgId, ctx.orgId),
        sql`${customers.id} = ${anyOf([...new Set(ids)])}`,
        eq(customers.collection, 'card'),
      ),
    )
  return new Set(rows.map(({ id }) => id))
}
