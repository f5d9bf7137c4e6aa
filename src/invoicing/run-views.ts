import { z } from '@hono/zod-openapi'
import type { BillingRun } from './billing-run.ts'
import type { BillingSummary } from './run-summary.ts'

const Minor = z.string()
const Status = z.enum(['drafting', 'finalizing', 'finished'])

export const RunSummaryView = z
  .object({
    runId: z.string(),
    period: z.string(),
    status: Status,
    generated: z.number().int(),
    waiting: z.number().int(),
    held: z.array(
      z.object({
        customerId: z.string(),
        invoiceId: z.string(),
        code: z.string(),
        reason: z.string(),
      }),
    ),
    notices: z.array(z.string()),
    skipped: z.array(z.object({ customerId: z.string(), reason: z.string() })),
    unrated: z.array(
      z.object({
        customerId: z.string(),
        metric: z.string(),
        quantity: z.string(),
        reason: z.enum(['not_priced', 'late']),
      }),
    ),
    totals: z.array(
      z.object({
        currency: z.string(),
        invoices: z.number().int(),
        usageMinor: Minor,
        flatMinor: Minor,
        prorationMinor: Minor,
        adjustmentMinor: Minor,
        subtotalMinor: Minor,
        taxMinor: Minor,
        totalMinor: Minor,
      }),
    ),
    totalMinorByCurrency: z.record(z.string(), Minor),
    alreadyDone: z.boolean(),
  })
  .openapi('BillingRunSummary')

export const RunView = z
  .object({
    id: z.string(),
    period: z.string(),
    status: Status,
    startedAt: z.string(),
    finishedAt: z.string().nullable(),
  })
  .openapi('BillingRun')

export function runSummaryView(summary: BillingSummary): z.infer<typeof RunSummaryView> {
  return {
    ...summary,
    held: summary.held.map((draft) => ({ ...draft })),
    notices: [...summary.notices],
    skipped: summary.skipped.map((skip) => ({ ...skip })),
    unrated: summary.unrated.map((usage) => ({ ...usage })),
    totals: summary.totals.map((totals) => ({
      ...totals,
      usageMinor: totals.usageMinor.toString(),
      flatMinor: totals.flatMinor.toString(),
      prorationMinor: totals.prorationMinor.toString(),
      adjustmentMinor: totals.adjustmentMinor.toString(),
      subtotalMinor: totals.subtotalMinor.toString(),
      taxMinor: totals.taxMinor.toString(),
      totalMinor: totals.totalMinor.toString(),
    })),
    totalMinorByCurrency: Object.fromEntries(
      Object.entries(summary.totalMinorByCurrency).map(([currency, minor]) => [
        currency,
        minor.toString(),
      ]),
    ),
  }
}

export function runView(run: BillingRun): z.infer<typeof RunView> {
  return {
    id: run.id,
    period: run.period,
    status: run.status,
    startedAt: run.startedAt.toString(),
    finishedAt: run.finishedAt?.toString() ?? null,
  }
}
