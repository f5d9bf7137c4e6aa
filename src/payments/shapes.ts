import { z } from '@hono/zod-openapi'

/** A card to put on file: the token of the provider's card form; in the sandbox a test card's token or number. */
export const NewPaymentMethod = z.object({ token: z.string().min(3).max(200) })

export const PaymentMethodView = z.object({
  id: z.string(),
  brand: z.string(),
  last4: z.string(),
  expMonth: z.number().int(),
  expYear: z.number().int(),
})

export const StatementSummaryView = z.object({
  lines: z.number().int(),
  matched: z.number().int(),
  review: z.number().int(),
  ignored: z.number().int(),
  duplicates: z.number().int(),
})

/** Amounts are minor units as text. */
export const BankTransactionView = z.object({
  id: z.string(),
  bookedOn: z.string(),
  currency: z.string(),
  amountMinor: z.string(),
  payer: z.string(),
  reference: z.string(),
  status: z.enum(['matched', 'review', 'ignored']),
  invoiceId: z.string().nullable(),
  score: z.number().nullable(),
  explanation: z.string(),
  importedAt: z.string(),
})
export type BankTransactionView = z.infer<typeof BankTransactionView>

/** What a transfer pays; null: nothing of ours. */
export const BankAssignment = z.object({ invoiceId: z.string().nullable() })
