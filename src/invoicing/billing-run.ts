import { and, eq, inArray, notInArray, sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { billingRuns, billingRunSkips } from '#db/schema/invoicing.ts'
import { subscriptions, customers } from '#db/schema/customers.ts'
import { AppError } from '#src/kernel/errors.ts'
import { isBefore } from '#src/kernel/time.ts'
import { meteringWindow, windowMonthsOf } from '#src/pricing/windows.ts'
import { pricingDocument } from '#src/subscriptions/pricing-documents.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import {
  billedPeriod,
  NOT_ACTIVE,
  PERIOD_NOT_OVER,
  requireBegun,
  WINDOW_NOT_OVER,
} from './rules.ts'

export type BillingRun = typeof billingRuns.$inferSelect

/**
 * The run of a period, made on the first call. A finished run in which periods were not over opens again once one is.
 * @throws invalid_input unless the period reads like 2026-02 and has begun.
 */
export async function openRun(ctx: Ctx, period: string): Promise<BillingRun> {
  requireBegun(period, ctx.now)
  const [made] = await ctx.db
    .insert(billingRuns)
    .values({
      orgId: ctx.orgId,
      id: ctx.newId('run'),
      period,
      status: 'drafting',
      startedAt: ctx.now,
    })
    .onConflictDoNothing()
    .returning()
  if (made) {
    await recordAudit(ctx, {
      action: 'billing_run.started',
      subject: { type: 'billing_run', id: made.id },
      reason: `billing of ${period}`,
    })
    return made
  }
  const [run] = await ctx.db
    .select()
    .from(billingRuns)
    .where(and(eq(billingRuns.orgId, ctx.orgId), eq(billingRuns.period, period)))
  if (!run) throw new AppError('internal', `the billing run of ${period} is gone`)
  if (run.status !== 'finished' || !(await somebodyIsDue(ctx, run))) return run
  await moveRun(ctx, run.id, 'finished', 'drafting')
  return { ...run, status: 'drafting' }
}

/** Moves a run on; another process may have done so, which is as good. */
export async function moveRun(
  ctx: Ctx,
  runId: string,
  from: BillingRun['status'],
  to: BillingRun['status'],
): Promise<void> {
  const moved = await ctx.db
    .update(billingRuns)
    .set({ status: to, finishedAt: to === 'finished' ? ctx.now : null })
    .where(
      and(
        eq(billingRuns.orgId, ctx.orgId),
        eq(billingRuns.id, runId),
        eq(billingRuns.status, from),
      ),
    )
    .returning({ id: billingRuns.id })
  if (moved.length === 0) return
  await recordAudit(ctx, {
    action: `billing_run.${to}`,
    subject: { type: 'billing_run', id: runId },
    reason: `was ${from}`,
  })
}

/** All accounts, in account order: by length, then text, so that 999 comes before 1001. */
export async function accountIds(ctx: Ctx): Promise<string[]> {
  const rows = await rowsOf<{ id: string }>(
    ctx.db,
    sql`select id from customers where org_id = ${ctx.orgId} order by length(id), id`,
  )
  return rows.map(({ id }) => id)
}

/** Whom the run gave no invoice for a reason that somebody may have settled since. */
export async function refusedCustomerIds(ctx: Ctx, runId: string): Promise<string[]> {
  const rows = await ctx.db
    .select({ id: billingRunSkips.customerId })
    .from(billingRunSkips)
    .where(
      and(
        eq(billingRunSkips.orgId, ctx.orgId),
        eq(billingRunSkips.runId, runId),
        notInArray(billingRunSkips.reason, [PERIOD_NOT_OVER, WINDOW_NOT_OVER, NOT_ACTIVE]),
      ),
    )
    .orderBy(sql`length(${billingRunSkips.customerId})`, billingRunSkips.customerId)
  return rows.map(({ id }) => id)
}

async function somebodyIsDue(ctx: Ctx, run: BillingRun): Promise<boolean> {
  const waiting = await ctx.db
    .select({ customerId: billingRunSkips.customerId })
    .from(billingRunSkips)
    .where(
      and(
        eq(billingRunSkips.orgId, ctx.orgId),
        eq(billingRunSkips.runId, run.id),
        inArray(billingRunSkips.reason, [PERIOD_NOT_OVER, WINDOW_NOT_OVER]),
      ),
    )
  if (waiting.length === 0) return false
  const rows = await ctx.db
    .select({
      anchorDay: subscriptions.anchorDay,
      startedAt: subscriptions.startedAt,
      canceledAt: subscriptions.canceledAt,
      pricingVersion: subscriptions.pricingVersion,
      timeZone: customers.timeZone,
    })
    .from(subscriptions)
    .innerJoin(
      customers,
      and(eq(customers.orgId, subscriptions.orgId), eq(customers.id, subscriptions.customerId)),
    )
    .where(
      and(
        eq(subscriptions.orgId, ctx.orgId),
        inArray(
          subscriptions.customerId,
          waiting.map(({ customerId }) => customerId),
        ),
        // The others of the same customer may be invoiced already.
        sql`not exists (select 1 from invoices i where i.org_id = ${ctx.orgId} and i.period = ${run.period}
          and i.subscription_id = ${subscriptions.id})`,
      ),
    )
  const windowMonths = new Map<string, number>()
  for (const version of new Set(rows.map((row) => row.pricingVersion)))
    windowMonths.set(version, windowMonthsOf(await pricingDocument(ctx, version)))
  return rows.some(({ pricingVersion, ...terms }) => {
    const window = meteringWindow(run.period, {
      ...terms,
      windowMonths: windowMonths.get(pricingVersion) ?? 1,
    })
    const period = billedPeriod(window.period, terms.canceledAt)
    const isActive = isBefore(period.start, period.end) && isBefore(terms.startedAt, period.end)
    const isOver = isActive && !isBefore(ctx.now, period.end)
    return isOver && window.billedIn === run.period
  })
}
