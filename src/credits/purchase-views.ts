import { z } from '@hono/zod-openapi'
import type { PurchaseRow } from './buy-credits.ts'
import type { TopUpRow } from './set-top-up.ts'
import { CreditGrantView } from './views.ts'

const Minor = z.string().openapi({ description: 'Minor units of the currency' })

const Terms = z.object({
  name: z.string().nullable(),
  priority: z.number().int(),
  validDays: z.number().int().nullable(),
  expiresAt: z.string().nullable(),
  appliesTo: z.array(z.string()).nullable(),
  rollover: CreditGrantView.shape.rollover,
})

export const CreditPurchaseView = z
  .object({
    id: z.string(),
    customerId: z.string(),
    invoiceId: z.string(),
    source: z.enum(['order', 'top_up']),
    currency: z.string(),
    amountMinor: Minor,
    status: z.enum(['open', 'granted', 'failed', 'canceled']),
    terms: Terms,
    createdAt: z.string(),
    settledAt: z.string().nullable(),
  })
  .openapi('CreditPurchase')

export function creditPurchaseView(row: PurchaseRow): z.infer<typeof CreditPurchaseView> {
  return {
    id: row.id,
    customerId: row.customerId,
    invoiceId: row.invoiceId,
    source: row.source,
    currency: row.currency,
    amountMinor: row.amountMinor.toString(),
    status: row.status,
    terms: termsView(row.terms),
    createdAt: row.createdAt.toString(),
    settledAt: row.settledAt?.toString() ?? null,
  }
}

export const TopUpView = z
  .object({
    customerId: z.string(),
    status: z.enum(['on', 'off', 'paused']),
    pausedReason: z.string().nullable(),
    thresholdMinor: Minor,
    amountMinor: Minor,
    limit: z.object({
      per: z.enum(['day', 'month']),
      maxTopUps: z.number().int(),
      maxAmountMinor: Minor,
    }),
    terms: Terms,
    updatedAt: z.string(),
  })
  .openapi('TopUp')

export function topUpView(row: TopUpRow): z.infer<typeof TopUpView> {
  return {
    customerId: row.customerId,
    status: row.status,
    pausedReason: row.pausedReason,
    thresholdMinor: row.thresholdMinor.toString(),
    amountMinor: row.amountMinor.toString(),
    limit: {
      per: row.limitPer,
      maxTopUps: row.maxTopUps,
      maxAmountMinor: row.maxAmountMinor.toString(),
    },
    terms: termsView(row.terms),
    updatedAt: row.updatedAt.toString(),
  }
}

function termsView(terms: PurchaseRow['terms']): z.infer<typeof Terms> {
  return { ...terms, appliesTo: terms.appliesTo === null ? null : [...terms.appliesTo] }
}
