import { z } from '@hono/zod-openapi'
import { formatDecimal } from '#src/kernel/decimal.ts'
import type { DraftLine, DraftTax, InvoiceDecision } from './decision.ts'
import type { InvoiceDocument } from './document.ts'
import type { IssuedCreditNote } from './issue-credit-note.ts'
import type { InvoiceRow } from './list-invoices.ts'
import { openMinor } from './settlement-rules.ts'

/** Minor units as text: JSON numbers lose digits. */
const Minor = z.string()
const Instant = z.string()

const amounts = {
  currency: z.string(),
  subtotalMinor: Minor,
  taxMinor: Minor,
  totalMinor: Minor,
}

export const InvoiceView = z
  .object({
    id: z.string(),
    number: z.string().nullable(),
    status: z.enum(['draft', 'finalized', 'paid', 'void', 'uncollectible']),
    /** `adjustment`: nothing but what came late, for a subscription that has ended. */
    kind: z.enum(['period', 'adjustment', 'order', 'correction']),
    customerId: z.string(),
    /** null: an invoice of its own, as for prepaid credit. */
    subscriptionId: z.string().nullable(),
    period: z.string(),
    periodStart: Instant,
    periodEnd: Instant,
    ...amounts,
    paidMinor: Minor,
    creditedMinor: Minor,
    openMinor: Minor,
    pricingVersion: z.string(),
    contentHash: z.string(),
    /** Why a draft may not be finalized yet. */
    hold: z.object({ code: z.string(), reason: z.string() }).nullable(),
    paymentReference: z.string(),
    /** Id of the invoice this one replaces. */
    corrects: z.string().nullable(),
    createdAt: Instant,
    finalizedAt: Instant.nullable(),
    dueAt: Instant.nullable(),
    settledAt: Instant.nullable(),
  })
  .openapi('Invoice')

const LineView = z.object({
  kind: z.string(),
  metric: z.string().nullable(),
  description: z.string(),
  quantity: z.string(),
  unitPrice: z.string().nullable(),
  amountMinor: Minor,
  /** Before rounding, in whole currency units. */
  exactAmount: z.string(),
  periodStart: Instant,
  periodEnd: Instant,
})

const TaxView = z.object({
  jurisdiction: z.string(),
  rate: z.string(),
  baseMinor: Minor,
  amountMinor: Minor,
  note: z.string().nullable(),
  treatment: z.enum(['taxed', 'reverse_charge', 'exempt', 'outside_scope']),
  /** Local date since when the rate is in force; null where no dated table gave it. */
  rateSince: z.string().nullable(),
  /** The instant that decided which rate was in force. */
  taxPoint: Instant,
})

const PartyView = z.object({
  name: z.string(),
  lines: z.array(z.string()),
  country: z.string().nullable(),
  region: z.string().nullable(),
  taxId: z.string().nullable(),
  email: z.string().nullable(),
})

export const CreditNoteView = z
  .object({
    id: z.string(),
    number: z.string(),
    netMinor: Minor,
    taxMinor: Minor,
    totalMinor: Minor,
    /** Refunds of what had been paid, where asked for. */
    refundIds: z.array(z.string()),
  })
  .openapi('CreditNote')

export const InvoiceDetailView = InvoiceView.extend({
  seller: PartyView,
  buyer: PartyView,
  lines: z.array(LineView),
  taxes: z.array(TaxView),
  payments: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['card', 'transfer']),
      amountMinor: Minor,
      settledAt: Instant.nullable(),
    }),
  ),
  creditNotes: z.array(
    z.object({
      id: z.string(),
      number: z.string(),
      totalMinor: Minor,
      reason: z.string(),
      createdAt: Instant,
    }),
  ),
  /** The invoice that replaces this one. */
  correctedBy: z.object({ id: z.string(), number: z.string().nullable() }).nullable(),
  links: z.object({ hosted: z.string(), html: z.string() }),
}).openapi('InvoiceDetail')

export const PreviewView = z
  .object({
    decision: z.enum(['draft', 'not_due', 'inactive', 'refused']),
    reason: z.string().nullable(),
    invoice: z
      .object({
        ...amounts,
        customerId: z.string(),
        subscriptionId: z.string(),
        periodStart: Instant,
        periodEnd: Instant,
        lines: z.array(LineView),
        taxes: z.array(TaxView),
        contentHash: z.string(),
      })
      .nullable(),
  })
  .openapi('InvoicePreview')

type Amounts = Pick<InvoiceRow, 'currency' | 'subtotalMinor' | 'taxMinor' | 'totalMinor'>

function amountsView(row: Amounts) {
  return {
    currency: row.currency,
    subtotalMinor: row.subtotalMinor.toString(),
    taxMinor: row.taxMinor.toString(),
    totalMinor: row.totalMinor.toString(),
  }
}

export function invoiceView(
  row: Omit<
    InvoiceRow,
    | 'orgId'
    | 'runId'
    | 'seller'
    | 'buyer'
    | 'publicToken'
    | 'taxCalculationId'
    | 'ratedSnapshot'
    | 'writerXid'
    | 'presentationId'
  >,
): z.infer<typeof InvoiceView> {
  const owed = row.status === 'finalized' || row.status === 'uncollectible'
  return {
    id: row.id,
    number: row.number,
    status: row.status,
    kind: row.kind,
    customerId: row.customerId,
    subscriptionId: row.subscriptionId,
    period: row.period,
    periodStart: row.periodStart.toString(),
    periodEnd: row.periodEnd.toString(),
    ...amountsView(row),
    paidMinor: row.paidMinor.toString(),
    creditedMinor: row.creditedMinor.toString(),
    openMinor: (owed ? openMinor(row) : 0n).toString(),
    pricingVersion: row.pricingVersion,
    contentHash: row.contentHash,
    hold: row.holdCode === null ? null : { code: row.holdCode, reason: row.holdReason ?? '' },
    paymentReference: row.paymentReference,
    corrects: row.corrects,
    createdAt: row.createdAt.toString(),
    finalizedAt: row.finalizedAt?.toString() ?? null,
    dueAt: row.dueAt?.toString() ?? null,
    settledAt: row.settledAt?.toString() ?? null,
  }
}

export function invoiceDetailView(
  doc: InvoiceDocument,
  hosted: string,
): z.infer<typeof InvoiceDetailView> {
  return {
    ...invoiceView({ ...doc, period: doc.periodName, corrects: doc.corrects?.id ?? null }),
    correctedBy: doc.correctedBy ?? null,
    seller: { ...doc.seller, lines: [...doc.seller.lines] },
    buyer: { ...doc.buyer, lines: [...doc.buyer.lines] },
    lines: doc.lines.map(lineView),
    taxes: doc.taxes.map(taxView),
    payments: doc.payments.map((payment) => ({
      ...payment,
      amountMinor: payment.amountMinor.toString(),
      settledAt: payment.settledAt?.toString() ?? null,
    })),
    creditNotes: doc.creditNotes.map((note) => ({
      ...note,
      totalMinor: note.totalMinor.toString(),
      createdAt: note.createdAt.toString(),
    })),
    links: { hosted, html: `/api/invoices/${doc.id}/html` },
  }
}

export function creditNoteView(
  note: IssuedCreditNote,
  refundIds: readonly string[],
): z.infer<typeof CreditNoteView> {
  return {
    id: note.id,
    number: note.number,
    netMinor: note.netMinor.toString(),
    taxMinor: note.taxMinor.toString(),
    totalMinor: note.totalMinor.toString(),
    refundIds: [...refundIds],
  }
}

export function previewView(decision: InvoiceDecision): z.infer<typeof PreviewView> {
  if (decision.kind !== 'draft')
    return { decision: decision.kind, reason: decision.reason, invoice: null }
  const { draft } = decision
  return {
    decision: 'draft',
    reason: null,
    invoice: {
      ...amountsView(draft),
      customerId: draft.customerId,
      subscriptionId: draft.subscriptionId,
      periodStart: draft.period.start.toString(),
      periodEnd: draft.period.end.toString(),
      lines: draft.lines.map(lineView),
      taxes: draft.taxes.map(taxView),
      contentHash: draft.contentHash,
    },
  }
}

function lineView(line: DraftLine): z.infer<typeof LineView> {
  return {
    kind: line.kind,
    metric: line.metric,
    description: line.description,
    quantity: formatDecimal(line.quantity),
    unitPrice: line.unitPrice === null ? null : formatDecimal(line.unitPrice),
    amountMinor: line.amountMinor.toString(),
    exactAmount: line.exactAmount,
    periodStart: line.period.start.toString(),
    periodEnd: line.period.end.toString(),
  }
}

function taxView(tax: DraftTax): z.infer<typeof TaxView> {
  return {
    jurisdiction: tax.jurisdiction,
    rate: formatDecimal(tax.rate),
    baseMinor: tax.baseMinor.toString(),
    amountMinor: tax.amountMinor.toString(),
    note: tax.note,
    treatment: tax.treatment,
    rateSince: tax.rateSince,
    taxPoint: tax.taxPoint.toString(),
  }
}
