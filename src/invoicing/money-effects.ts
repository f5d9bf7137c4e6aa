import { z } from '@hono/zod-openapi'
import type { invoices } from '#db/schema/invoicing.ts'
import type { Preview } from '#src/kernel/preview.ts'
import { movingEntries } from '#src/ledger/rules.ts'
import type { PostingEntry } from '#src/ledger/shapes.ts'

type InvoiceRow = typeof invoices.$inferSelect

/** What a verb does to one invoice and to the books; the same value is previewed, hashed and then committed. */
export interface MoneyEffects {
  readonly action: string
  readonly invoiceId: string
  readonly number: string | null
  readonly currency: string
  readonly from: InvoiceRow['status']
  readonly to: InvoiceRow['status']
  /** > 0 is a debit. Nothing when it was done before: then the commit changes nothing. */
  readonly entries: readonly { readonly account: string; readonly amountMinor: bigint }[]
}

/** The effects of moving an invoice from the status it has to another, with these entries in the books. */
export function moneyEffects(
  action: string,
  invoice: Pick<InvoiceRow, 'id' | 'number' | 'currency' | 'status'>,
  to: InvoiceRow['status'],
  entries: readonly PostingEntry[],
): MoneyEffects {
  return {
    action,
    invoiceId: invoice.id,
    number: invoice.number,
    currency: invoice.currency,
    from: invoice.status,
    to,
    entries: movingEntries({ entries }).map(({ account, amountMinor }) => ({
      account,
      amountMinor,
    })),
  }
}

export const MoneyPreviewView = z
  .object({
    hash: z.string(),
    effects: z.object({
      action: z.string(),
      invoiceId: z.string(),
      number: z.string().nullable(),
      currency: z.string(),
      from: z.string(),
      to: z.string(),
      entries: z.array(z.object({ account: z.string(), amountMinor: z.string() })),
    }),
  })
  .openapi('MoneyPreview')

export function moneyPreviewView({
  effects,
  hash,
}: Preview<MoneyEffects>): z.infer<typeof MoneyPreviewView> {
  const entries = effects.entries.map(({ account, amountMinor }) => ({
    account,
    amountMinor: amountMinor.toString(),
  }))
  return { hash, effects: { ...effects, entries } }
}
