import { sql } from 'drizzle-orm'
import {
  bigint,
  date,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { decimal, instant, minor, orgId } from './columns.ts'

/** Counts and minor units as text. They hold as long as the series stands on `lastNumber` and `voided` are void. */
export interface CountedTotals {
  readonly lastNumber: number
  readonly voided: number
  readonly totals: readonly {
    readonly currency: string
    readonly invoices: string
    readonly usage: string
    readonly flat: string
    readonly proration: string
    readonly adjustment: string
    readonly subtotal: string
    readonly tax: string
    readonly total: string
  }[]
}

export const billingRuns = pgTable(
  'billing_runs',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    /** "2026-02" */
    period: text('period').notNull(),
    status: text('status', { enum: ['drafting', 'finalizing', 'finished'] }).notNull(),
    startedAt: instant('started_at').notNull(),
    finishedAt: instant('finished_at'),
    /** What the invoices of the period came to when they were last counted. */
    totals: jsonb('totals').$type<CountedTotals>(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    uniqueIndex('billing_runs_period').on(t.orgId, t.period),
  ],
)

/** Accounts a run made no invoice for, and why. */
export const billingRunSkips = pgTable(
  'billing_run_skips',
  {
    orgId: orgId(),
    runId: text('run_id').notNull(),
    customerId: text('customer_id').notNull(),
    reason: text('reason').notNull(),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.runId, t.customerId] })],
)

/** Name and address as they stood when the document was made. */
export interface Party {
  readonly name: string
  readonly lines: readonly string[]
  readonly country: string | null
  readonly region: string | null
  readonly taxId: string | null
  readonly email: string | null
}

/**
 * What invoices took from the organisation's settings when they were issued: terms, accounts, legal details, colour,
 * logo. Rows are never changed; the id is derived from the content, so that invoices share it.
 */
export const presentations = pgTable(
  'presentations',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    content: jsonb('content').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.id] })],
)

/** Immutable once finalized (trigger); after that only status, paid amount and settlement time move. */
export const invoices = pgTable(
  'invoices',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    customerId: text('customer_id').notNull(),
    /** null: an invoice of its own, which no billing run makes. */
    subscriptionId: text('subscription_id'),
    runId: text('run_id'),
    /**
     * `adjustment`: nothing but differences of earlier periods, for a subscription that has ended. `order`: something
     * ordered for itself, as prepaid credit; it has no subscription. `correction`: it replaces a wrong one.
     */
    kind: text('kind', { enum: ['period', 'adjustment', 'order', 'correction'] })
      .notNull()
      .default('period'),
    /** pg_current_snapshot() before it was rated: events of transactions that it does not show may be missing. */
    ratedSnapshot: text('rated_snapshot'),
    /** The transaction that wrote it: the roll-up cannot have passed a younger event before it was there to be seen. */
    writerXid: bigint('writer_xid', { mode: 'bigint' })
      .notNull()
      .default(sql`0`),
    /** The invoice that this one replaces; that one is void or credited in full. */
    corrects: text('corrects'),
    /** Month of the billing period: the number series. */
    period: text('period').notNull(),
    periodStart: instant('period_start').notNull(),
    periodEnd: instant('period_end').notNull(),
    status: text('status', {
      enum: ['draft', 'finalized', 'paid', 'void', 'uncollectible'],
    }).notNull(),
    number: text('number'),
    currency: text('currency').notNull(),
    subtotalMinor: minor('subtotal_minor').notNull(),
    taxMinor: minor('tax_minor').notNull(),
    totalMinor: minor('total_minor').notNull(),
    paidMinor: minor('paid_minor').notNull(),
    creditedMinor: minor('credited_minor').notNull(),
    seller: jsonb('seller').notNull().$type<Party>(),
    buyer: jsonb('buyer').notNull().$type<Party>(),
    pricingVersion: text('pricing_version').notNull(),
    /** Hash of the rated content: a commit may demand the preview's (I9). */
    contentHash: text('content_hash').notNull(),
    /** Why a draft may not be finalized yet: a stable code and a sentence; null when nothing stands in the way. */
    holdCode: text('hold_code'),
    holdReason: text('hold_reason'),
    /** The provider's tax calculation its taxes come from; null: our own table. */
    taxCalculationId: text('tax_calculation_id'),
    /** What a payer writes on a bank transfer. */
    paymentReference: text('payment_reference').notNull(),
    /** Unguessable part of the hosted invoice link. */
    publicToken: text('public_token').notNull(),
    /** What it was issued with; null while it is a draft: then the settings of the day hold. */
    presentationId: text('presentation_id'),
    createdAt: instant('created_at').notNull(),
    finalizedAt: instant('finalized_at'),
    dueAt: instant('due_at'),
    settledAt: instant('settled_at'),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    // One a period, and besides it the corrected ones, one for each that was wrong.
    uniqueIndex('invoices_period')
      .on(t.orgId, t.customerId, t.subscriptionId, t.periodStart)
      .where(sql`corrects is null`),
    uniqueIndex('invoices_corrects')
      .on(t.orgId, t.corrects)
      .where(sql`corrects is not null`),
    uniqueIndex('invoices_number')
      .on(t.orgId, t.number)
      .where(sql`number is not null`),
    uniqueIndex('invoices_token').on(t.publicToken),
    index('invoices_reference').on(t.orgId, t.paymentReference),
    index('invoices_status').on(t.orgId, t.status),
  ],
)

export const invoiceLines = pgTable(
  'invoice_lines',
  {
    orgId: orgId(),
    invoiceId: text('invoice_id').notNull(),
    position: integer('position').notNull(),
    kind: text('kind').notNull(),
    metric: text('metric'),
    /** English. */
    description: text('description').notNull(),
    /** The same as data, for documents in other languages; null keeps the English. */
    wording: jsonb('wording'),
    quantity: decimal('quantity').notNull(),
    unitPrice: decimal('unit_price'),
    amountMinor: minor('amount_minor').notNull(),
    /** Exact amount before rounding, as decimal text. */
    exactAmount: text('exact_amount').notNull(),
    periodStart: instant('period_start').notNull(),
    periodEnd: instant('period_end').notNull(),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.invoiceId, t.position] })],
)

/** A one-off item. It waits while `invoiceId` is null; the draft that takes it up holds it, a void invoice lets it go. */
export const invoiceItems = pgTable(
  'invoice_items',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    customerId: text('customer_id').notNull(),
    description: text('description').notNull(),
    quantity: decimal('quantity').notNull(),
    /** Whole currency units; below zero it takes off. */
    unitPrice: decimal('unit_price').notNull(),
    currency: text('currency').notNull(),
    /** When it was rendered: no invoice made before takes it up. */
    date: instant('date').notNull(),
    createdAt: instant('created_at').notNull(),
    invoiceId: text('invoice_id'),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    index('invoice_items_waiting')
      .on(t.orgId, t.customerId)
      .where(sql`invoice_id is null`),
    index('invoice_items_invoice')
      .on(t.orgId, t.invoiceId)
      .where(sql`invoice_id is not null`),
  ],
)

export const invoiceTaxes = pgTable(
  'invoice_taxes',
  {
    orgId: orgId(),
    invoiceId: text('invoice_id').notNull(),
    position: integer('position').notNull(),
    jurisdiction: text('jurisdiction').notNull(),
    /** Fraction: 0.19 */
    rate: decimal('rate').notNull(),
    baseMinor: minor('base_minor').notNull(),
    amountMinor: minor('amount_minor').notNull(),
    note: text('note'),
    treatment: text('treatment', { enum: ['taxed', 'reverse_charge', 'exempt', 'outside_scope'] })
      .notNull()
      .default('taxed'),
    /** Local date since when the rate was in force; null where no dated table gave it. */
    rateSince: date('rate_since'),
    /** The instant that decided which rate was in force. */
    taxPoint: instant('tax_point').notNull(),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.invoiceId, t.position] })],
)

/** Gapless numbers: one row per series ("2026-02", credit notes "CN-2026-02"). */
export const invoiceNumbers = pgTable(
  'invoice_numbers',
  { orgId: orgId(), series: text('series').notNull(), last: integer('last').notNull() },
  (t) => [primaryKey({ columns: [t.orgId, t.series] })],
)

export const creditNotes = pgTable(
  'credit_notes',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    number: text('number').notNull(),
    invoiceId: text('invoice_id').notNull(),
    customerId: text('customer_id').notNull(),
    currency: text('currency').notNull(),
    netMinor: minor('net_minor').notNull(),
    taxMinor: minor('tax_minor').notNull(),
    totalMinor: minor('total_minor').notNull(),
    reason: text('reason').notNull(),
    /** The approval that allowed it (escalation id) or the member who made it. */
    approvedBy: text('approved_by').notNull(),
    /** The thing it was made for: the same proposal makes one note. */
    key: text('key').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    uniqueIndex('credit_notes_key').on(t.orgId, t.key),
    uniqueIndex('credit_notes_number').on(t.orgId, t.number),
    index('credit_notes_invoice').on(t.orgId, t.invoiceId),
  ],
)

/**
 * What a tax provider answered for the content of a draft. `requestHash` is of everything it was asked: with the same
 * hash the answer still holds.
 */
export const taxCalculations = pgTable(
  'tax_calculations',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    subscriptionId: text('subscription_id').notNull(),
    periodStart: instant('period_start').notNull(),
    requestHash: text('request_hash').notNull(),
    provider: text('provider').notNull(),
    status: text('status', { enum: ['calculated', 'refused', 'unavailable'] }).notNull(),
    /** What a person reads when there is no answer; names the field where one is missing. */
    reason: text('reason'),
    taxes: jsonb('taxes').notNull().$type<readonly StoredTax[]>(),
    /** The provider's id of the calculation, and until when it may be turned into a transaction. */
    providerRef: text('provider_ref'),
    expiresAt: instant('expires_at'),
    /** The provider's id of the transaction, once the invoice is finalized. */
    transactionRef: text('transaction_ref'),
    askedAt: instant('asked_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    uniqueIndex('tax_calculations_request').on(
      t.orgId,
      t.subscriptionId,
      t.periodStart,
      t.requestHash,
    ),
  ],
)

/** A provider's tax: exact values as text. */
export interface StoredTax {
  readonly jurisdiction: string
  readonly rate: string
  readonly treatment: 'taxed' | 'reverse_charge' | 'exempt' | 'outside_scope'
  /** The provider's word for why there is none; null where it is taxed. */
  readonly reason: string | null
  readonly baseMinor: string
  readonly amountMinor: string
  /** The instant whose rates it used. */
  readonly taxPoint: string
}

/** What a credit note takes back, line by line of the invoice (`invoiceLine`: its position there). */
export const creditNoteLines = pgTable(
  'credit_note_lines',
  {
    orgId: orgId(),
    creditNoteId: text('credit_note_id').notNull(),
    position: integer('position').notNull(),
    invoiceLine: integer('invoice_line').notNull(),
    kind: text('kind').notNull(),
    description: text('description').notNull(),
    netMinor: minor('net_minor').notNull(),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.creditNoteId, t.position] })],
)

/** What it takes back of each tax of the invoice (`invoiceTax`: its position there). */
export const creditNoteTaxes = pgTable(
  'credit_note_taxes',
  {
    orgId: orgId(),
    creditNoteId: text('credit_note_id').notNull(),
    invoiceTax: integer('invoice_tax').notNull(),
    baseMinor: minor('base_minor').notNull(),
    amountMinor: minor('amount_minor').notNull(),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.creditNoteId, t.invoiceTax] })],
)
