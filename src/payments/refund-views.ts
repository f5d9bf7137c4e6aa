import { z } from '@hono/zod-openapi'
import type { RefundRow } from './refund-rows.ts'

export const RefundView = z
  .object({
    id: z.string(),
    paymentId: z.string(),
    invoiceId: z.string(),
    customerId: z.string(),
    creditNoteId: z.string().nullable(),
    kind: z.enum(['card', 'transfer']),
    currency: z.string(),
    amountMinor: z.string(),
    status: z.enum([
      'requested',
      'sending',
      'to_pay',
      'pending',
      'succeeded',
      'failed',
      'canceled',
    ]),
    reason: z.string(),
    /** null: made at the provider, not by us. */
    approvedBy: z.string().nullable(),
    /** The provider's id, or what the transfer was called. */
    providerRef: z.string().nullable(),
    createdAt: z.string(),
    settledAt: z.string().nullable(),
  })
  .openapi('Refund')

export function refundView(row: RefundRow): z.infer<typeof RefundView> {
  const { orgId: _org, idempotencyKey: _key, ...shown } = row
  return {
    ...shown,
    amountMinor: row.amountMinor.toString(),
    createdAt: row.createdAt.toString(),
    settledAt: row.settledAt?.toString() ?? null,
  }
}
