import { z } from '@hono/zod-openapi'
import { formatDecimal } from '#src/kernel/decimal.ts'
import type { listCreditNotes } from './list-credit-notes.ts'
import type { LoadedCreditNote } from './load-credit-note.ts'

type CreditNoteRow = Awaited<ReturnType<typeof listCreditNotes>>['data'][number]

/** Minor units as text: JSON numbers lose digits. */
const Minor = z.string()

export const CreditNoteItemView = z
  .object({
    id: z.string(),
    number: z.string(),
    invoiceId: z.string(),
    customerId: z.string(),
    currency: z.string(),
    netMinor: Minor,
    taxMinor: Minor,
    totalMinor: Minor,
    reason: z.string(),
    approvedBy: z.string(),
    createdAt: z.string(),
  })
  .openapi('CreditNoteItem')

export const CreditNoteDetailView = CreditNoteItemView.extend({
  invoiceNumber: z.string().nullable(),
  lines: z.array(
    z.object({
      /** The line's position on the invoice, from 0. */
      position: z.number().int(),
      kind: z.string(),
      description: z.string(),
      netMinor: Minor,
    }),
  ),
  taxes: z.array(
    z.object({
      jurisdiction: z.string(),
      rate: z.string(),
      baseMinor: Minor,
      amountMinor: Minor,
      note: z.string().nullable(),
    }),
  ),
}).openapi('CreditNoteDetail')

export function creditNoteItemView(
  row: Omit<CreditNoteRow, 'orgId' | 'key'>,
): z.infer<typeof CreditNoteItemView> {
  return {
    id: row.id,
    number: row.number,
    invoiceId: row.invoiceId,
    customerId: row.customerId,
    currency: row.currency,
    netMinor: row.netMinor.toString(),
    taxMinor: row.taxMinor.toString(),
    totalMinor: row.totalMinor.toString(),
    reason: row.reason,
    approvedBy: row.approvedBy,
    createdAt: row.createdAt.toString(),
  }
}

export function creditNoteDetailView(note: LoadedCreditNote): z.infer<typeof CreditNoteDetailView> {
  const { id: invoiceId, customerId, currency, number } = note.invoice
  return {
    ...creditNoteItemView({ ...note, invoiceId, customerId, currency }),
    invoiceNumber: number,
    lines: note.lines.map((line) => ({
      position: line.invoiceLine,
      kind: line.kind,
      description: line.description,
      netMinor: line.netMinor.toString(),
    })),
    taxes: note.taxes.map((tax) => ({
      jurisdiction: tax.jurisdiction,
      note: tax.note,
      rate: formatDecimal(tax.rate),
      baseMinor: tax.baseMinor.toString(),
      amountMinor: tax.amountMinor.toString(),
    })),
  }
}
