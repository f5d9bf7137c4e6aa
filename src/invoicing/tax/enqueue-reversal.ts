import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import type { InvoiceRow } from '../lock-invoice.ts'

/** Has the provider that calculated an invoice's tax take it back: for a credit note, or all of it. */
export async function enqueueTaxReversal(
  ctx: Ctx,
  { id: invoiceId, taxCalculationId }: Pick<InvoiceRow, 'id' | 'taxCalculationId'>,
  creditNoteId: string | null,
): Promise<void> {
  if (taxCalculationId === null) return
  await enqueue(ctx, {
    job: 'REVERSE_TAX',
    key: creditNoteId ?? `${invoiceId}:void`,
    payload: { invoiceId, creditNoteId },
    maxAttempts: 20,
  })
}
