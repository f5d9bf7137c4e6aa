import { sumMinor } from '#src/kernel/money.ts'
import type { InvoiceView } from '../view.ts'
import type { PageData } from './page-data.ts'
import { frame } from './page-parts.ts'
import { pageRows } from './page-rows.ts'
import { invoicedSums, settledSums } from './page-sums.ts'

/** The page that says what was paid of an invoice: when, how and how much. */
export function receiptPage(view: InvoiceView): PageData {
  const { doc, labels, formats } = view
  const paidInFull = doc.openMinor === 0n
  const lastPaid = doc.settledAt ?? doc.payments.at(-1)?.settledAt ?? null
  const received = sumMinor(doc.payments.map(({ amountMinor }) => amountMinor))
  return {
    ...frame(view, { title: labels.receipt, number: doc.number }),
    qrFile: null,
    watermark: null,
    stamp: paidInFull
      ? { text: labels.statusPaid, tone: 'good' }
      : { text: labels.statusPartlyPaid, tone: 'neutral' },
    facts: [
      [labels.number, doc.number ?? doc.id],
      [labels.invoiceDate, formats.day(doc.finalizedAt ?? doc.createdAt)],
      ...(lastPaid === null ? [] : [[labels.paidOn, formats.day(lastPaid)] as const]),
      [labels.period, formats.days({ start: doc.periodStart, end: doc.periodEnd })],
    ],
    ...pageRows(view),
    sums: [...invoicedSums(view), ...settledSums(view)],
    payment: {
      heading: labels.payment,
      request: null,
      entries: doc.payments.map(({ kind, amountMinor, settledAt }) => [
        [
          kind === 'card' ? labels.paidByCard : labels.paidByTransfer,
          ...(settledAt === null ? [] : [formats.day(settledAt)]),
        ].join(', '),
        formats.money(amountMinor),
      ]),
      notes: received > 0n ? [labels.receivedWithThanks] : [],
      link: null,
    },
    closing: [],
  }
}
