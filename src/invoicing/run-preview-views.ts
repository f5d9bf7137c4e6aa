import { z } from '@hono/zod-openapi'
import type { RunPreview } from './preview-run.ts'

const Minor = z.string()

export const RunPreviewView = z
  .object({
    period: z.string(),
    hash: z.string(),
    existing: z.number().int(),
    totals: z.array(
      z.object({
        currency: z.string(),
        invoices: z.number().int(),
        subtotalMinor: Minor,
        taxMinor: Minor,
        totalMinor: Minor,
        beforeMinor: Minor,
      }),
    ),
    topDifferences: z.array(
      z.object({
        customerId: z.string(),
        subscriptionId: z.string(),
        currency: z.string(),
        totalMinor: Minor,
        beforeMinor: Minor,
        contentHash: z.string(),
      }),
    ),
    skipped: z.array(z.object({ reason: z.string(), accounts: z.number().int() })),
  })
  .openapi('BillingRunPreview')

export function runPreviewView(preview: RunPreview): z.infer<typeof RunPreviewView> {
  return {
    period: preview.period,
    hash: preview.hash,
    existing: preview.existing,
    totals: preview.totals.map(({ currency, invoices, ...sums }) => ({
      currency,
      invoices,
      subtotalMinor: sums.subtotalMinor.toString(),
      taxMinor: sums.taxMinor.toString(),
      totalMinor: sums.totalMinor.toString(),
      beforeMinor: sums.beforeMinor.toString(),
    })),
    topDifferences: preview.topDifferences.map(
      ({ customerId, subscriptionId, currency, contentHash, ...sums }) => ({
        customerId,
        subscriptionId,
        currency,
        contentHash,
        totalMinor: sums.totalMinor.toString(),
        beforeMinor: sums.beforeMinor.toString(),
      }),
    ),
    skipped: preview.skipped.map((skip) => ({ ...skip })),
  }
}
