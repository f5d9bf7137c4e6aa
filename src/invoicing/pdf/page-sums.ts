import type { InvoiceView } from '../view.ts'
import type { PageSum } from './page-data.ts'
import { taxSum } from './page-parts.ts'

/** Subtotal, each tax, total. */
export function invoicedSums(view: InvoiceView): PageSum[] {
  const { doc, labels } = view
  return [
    sumRow(view, labels.subtotal, doc.subtotalMinor),
    ...doc.taxes.map((tax) => taxSum(view, tax)),
    { ...sumRow(view, labels.total, doc.totalMinor), weight: 'total' },
  ]
}

/** What was paid and credited since, and what is left to pay; a draft and a void invoice ask for nothing. */
export function settledSums(view: InvoiceView): PageSum[] {
  const { doc, labels } = view
  if (doc.status === 'draft' || doc.status === 'void') return []
  return [
    ...(doc.paidMinor > 0n ? [sumRow(view, labels.paid, -doc.paidMinor)] : []),
    ...doc.creditNotes.map(({ number, totalMinor }) =>
      sumRow(view, `${labels.creditNote} ${number}`, -totalMinor),
    ),
    { ...sumRow(view, labels.amountDue, doc.openMinor), weight: 'due' },
  ]
}

function sumRow({ formats }: InvoiceView, label: string, amountMinor: bigint): PageSum {
  return { label, note: null, value: formats.money(amountMinor), weight: 'plain' }
}
