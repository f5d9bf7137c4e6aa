import { sumMinor } from '#src/kernel/money.ts'
import type { InvoiceView } from '../view.ts'
import type { PageData, PagePayment, PageSum } from './page-data.ts'
import { breakable, frame, groupsOfFour, lineRow, taxSum } from './page-parts.ts'

/** The page of an invoice, as far as it stands: a draft has no number, a paid one owes nothing. */
export function invoicePage(view: InvoiceView): PageData {
  const { doc, labels, formats } = view
  const payment = paymentOf(view)
  return {
    ...frame(view, {
      title: doc.status === 'draft' ? labels.draft : labels.invoice,
      number: doc.number,
    }),
    qrFile: payment?.link ? 'qr.svg' : null,
    stamp: stampOf(view),
    facts: [
      ...(doc.number === null ? [] : [[labels.number, doc.number] as const]),
      [labels.date, formats.day(doc.finalizedAt ?? doc.createdAt)],
      ...(doc.dueAt === null ? [] : [[labels.due, formats.day(doc.dueAt)] as const]),
      [labels.period, formats.days({ start: doc.periodStart, end: doc.periodEnd })],
    ],
    heads: tableHeads(view),
    rows: doc.lines.map((line) => lineRow(view, line)),
    sums: [...invoicedSums(view), ...settledSums(view)],
    payment,
    closing: [],
  }
}

export function tableHeads({ labels }: InvoiceView): string[] {
  return [labels.description, labels.quantity, labels.unitPrice, labels.amount]
}

/** Subtotal, each tax, total. */
function invoicedSums(view: InvoiceView): PageSum[] {
  const { doc, labels, formats } = view
  return [
    {
      label: labels.subtotal,
      note: null,
      value: formats.money(doc.subtotalMinor),
      weight: 'plain',
    },
    ...doc.taxes.map((tax) => taxSum(view, tax)),
    { label: labels.total, note: null, value: formats.money(doc.totalMinor), weight: 'total' },
  ]
}

function settledSums({ doc, labels, formats }: InvoiceView): PageSum[] {
  if (doc.status === 'draft') return []
  const row = (label: string, amountMinor: bigint): PageSum => ({
    label,
    note: null,
    value: formats.money(amountMinor),
    weight: 'plain',
  })
  return [
    ...(doc.paidMinor > 0n ? [row(labels.paid, -doc.paidMinor)] : []),
    ...doc.creditNotes.map(({ number, totalMinor }) =>
      row(`${labels.creditNote} ${number}`, -totalMinor),
    ),
    { ...row(labels.amountDue, doc.openMinor), weight: 'due' },
  ]
}

function stampOf({ doc, labels }: InvoiceView): PageData['stamp'] {
  if (doc.status === 'paid' && doc.paidMinor > 0n) return { text: labels.statusPaid, tone: 'good' }
  return doc.status === 'void' ? { text: labels.statusVoid, tone: 'bad' } : null
}

/** Where to pay the invoice online, for a card or a look at it. */
function onlineLink({ doc, link }: InvoiceView): string | null {
  if (link === null) return null
  return doc.presentation.collection === 'card' ? `${link}/card` : link
}

function paymentOf(view: InvoiceView): PagePayment | null {
  const { doc, labels } = view
  if (doc.status === 'draft' || doc.openMinor === 0n) return null
  const { bank, collection, paymentInstructions } = doc.presentation
  const onCard = collection === 'card'
  const url = onlineLink(view)
  return {
    heading: labels.payment,
    entries: [
      ...(bank === null
        ? []
        : ([
            [labels.bank, breakable(bank.name)],
            ['IBAN', groupsOfFour(bank.iban)],
            ['BIC', bank.bic],
          ] as const)),
      [labels.reference, doc.paymentReference],
    ],
    notes: [
      ...(onCard ? [labels.chargedToCard] : []),
      ...(paymentInstructions === '' ? [] : [breakable(paymentInstructions)]),
    ],
    link:
      url === null
        ? null
        : {
            url,
            label: onCard ? labels.payByCard : labels.viewOnline,
            scan: onCard ? labels.scanToPay : labels.scanToView,
          },
  }
}

/** The page that says an invoice was paid: when, how and how much. */
export function receiptPage(view: InvoiceView): PageData {
  const { doc, labels, formats } = view
  const received = sumMinor(doc.payments.map(({ amountMinor }) => amountMinor))
  return {
    ...frame(view, { title: labels.receipt, number: doc.number }),
    qrFile: null,
    stamp: { text: labels.statusPaid, tone: 'good' },
    facts: [
      [labels.number, doc.number ?? doc.id],
      [labels.invoiceDate, formats.day(doc.finalizedAt ?? doc.createdAt)],
      ...(doc.settledAt === null ? [] : [[labels.paidOn, formats.day(doc.settledAt)] as const]),
      [labels.period, formats.days({ start: doc.periodStart, end: doc.periodEnd })],
    ],
    heads: tableHeads(view),
    rows: doc.lines.map((line) => lineRow(view, line)),
    sums: [...invoicedSums(view), ...settledSums(view)],
    payment: {
      heading: labels.payment,
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
