import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { invoiceNumbers } from '#db/schema/invoicing.ts'
import { AppError } from '#src/kernel/errors.ts'

/** The lock on one gapless series, held until this transaction ends. */
export interface NumberSeries {
  /** The next number: "INV-2026-02-0047". Written back by `close`. */
  take(): string
  close(): Promise<void>
}

/**
 * Locks a series of numbers (REQUIREMENTS I3): who numbers next waits for this transaction, and a rollback gives
 * its numbers back, so there are no gaps and no doubles.
 */
export async function openSeries(
  ctx: Ctx,
  prefix: 'INV' | 'CN',
  month: string,
): Promise<NumberSeries> {
  const series = prefix === 'INV' ? month : `${prefix}-${month}`
  const row = and(eq(invoiceNumbers.orgId, ctx.orgId), eq(invoiceNumbers.series, series))
  await ctx.db
    .insert(invoiceNumbers)
    .values({ orgId: ctx.orgId, series, last: 0 })
    .onConflictDoNothing()
  const [locked] = await ctx.db
    .select({ last: invoiceNumbers.last })
    .from(invoiceNumbers)
    .where(row)
    .for('update')
  if (!locked) throw new AppError('internal', `number series ${series} is gone`)
  let last = locked.last
  return {
    take: () => {
      last += 1
      return `${prefix}-${month}-${last.toString().padStart(4, '0')}`
    },
    close: async () => {
      if (last !== locked.last) await ctx.db.update(invoiceNumbers).set({ last }).where(row)
    },
  }
}
