import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { subscriptions } from '#db/schema/customers.ts'
import { AppError } from '#src/kernel/errors.ts'
import { sumMinor } from '#src/kernel/money.ts'
import { previewOf, requireExpected, type Preview } from '#src/kernel/preview.ts'
import { isBefore } from '#src/kernel/time.ts'
import { issueCreditNote } from '../issue-credit-note.ts'
import { loadBillingCases } from '../load-billing-cases.ts'
import { withDueAdjustments } from './load-due.ts'
import type { DueAdjustment } from './shapes.ts'
import { writeSettled } from './write-settled.ts'

/** What would be credited of which invoices. */
export interface OwedUsage {
  readonly action: 'credit_owed_usage'
  readonly subscriptionId: string
  readonly credits: readonly {
    readonly invoiceId: string
    readonly number: string
    readonly period: string
    readonly netMinor: bigint
  }[]
}

/**
 * Credits what a subscription that has ended is owed back for usage corrected since: no invoice comes that it could be
 * taken off. A credit note to each invoice concerned; again, it changes nothing.
 * @returns the numbers of the credit notes.
 * @throws not_found; conflict while the subscription runs, or when `expectedHash` is another's; refused when an invoice
 *   has not that much left to credit.
 */
export async function creditOwedUsage(
  ctx: Ctx,
  input: {
    readonly subscriptionId: string
    readonly reason: string
    readonly approvedBy: string
    readonly expectedHash?: string
  },
): Promise<string[]> {
  const owed = await loadOwed(ctx, input.subscriptionId)
  if (owed.length === 0) return []
  const { hash } = previewOf(effectsOf(input.subscriptionId, owed))
  requireExpected(input.expectedHash, hash, 'what is owed back')
  const numbers: string[] = []
  for (const due of owed) {
    const note = await issueCreditNote(ctx, {
      invoiceId: due.originalId,
      netMinor: owedMinor(due),
      reason: input.reason,
      approvedBy: input.approvedBy,
      key: `owed_usage:${due.subscriptionId}:${due.periodName}:${due.metrics.map(({ metric, ordinal }) => `${metric}.${ordinal}`).join()}`,
    })
    const parts = due.metrics.map((metric, position) => ({
      ...metric,
      amountMinor: metric.ratedMinor - metric.billedMinor,
      position,
    }))
    await writeSettled(ctx, [
      { id: due.originalId, creditNoteId: note.id, adjustments: [{ due, parts, whole: true }] },
    ])
    numbers.push(note.number)
  }
  return numbers
}

/** What would be credited, and its hash. @throws as `creditOwedUsage`. */
export async function previewOwedUsage(
  ctx: Ctx,
  subscriptionId: string,
): Promise<Preview<OwedUsage>> {
  return previewOf(effectsOf(subscriptionId, await loadOwed(ctx, subscriptionId)))
}

function effectsOf(subscriptionId: string, owed: readonly DueAdjustment[]): OwedUsage {
  return {
    action: 'credit_owed_usage',
    subscriptionId,
    credits: owed.map((due) => ({
      invoiceId: due.originalId,
      number: due.originalNumber,
      period: due.periodName,
      netMinor: owedMinor(due),
    })),
  }
}

/** Periods that come to less than was billed. */
async function loadOwed(ctx: Ctx, subscriptionId: string): Promise<DueAdjustment[]> {
  const [subscription] = await ctx.db
    .select({ customerId: subscriptions.customerId, canceledAt: subscriptions.canceledAt })
    .from(subscriptions)
    .where(and(eq(subscriptions.orgId, ctx.orgId), eq(subscriptions.id, subscriptionId)))
    .for('update')
  if (!subscription) throw new AppError('not_found', `no subscription ${subscriptionId}`)
  const { customerId, canceledAt } = subscription
  if (!canceledAt || isBefore(ctx.now, canceledAt))
    throw new AppError(
      'conflict',
      `subscription ${subscriptionId} runs: its next invoice adjusts it`,
    )
  // As for an invoice that is yet to come: no period of it is left out.
  const next = ctx.now.toZonedDateTimeISO('UTC').toPlainDate().toPlainYearMonth().add({ months: 2 })
  const [billing] = await withDueAdjustments(
    ctx,
    await loadBillingCases(ctx, {
      customerIds: [customerId],
      periodName: next.toString(),
      subscriptionId,
    }),
  )
  return (billing?.adjustments ?? []).filter((due) => owedMinor(due) > 0n)
}

function owedMinor({ metrics }: DueAdjustment): bigint {
  return sumMinor(metrics.map(({ ratedMinor, billedMinor }) => billedMinor - ratedMinor))
}
