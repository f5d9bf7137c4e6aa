import type { Party } from '#db/schema/invoicing.ts'
import type { Currency } from '#src/kernel/currency.ts'
import type { Instant } from '#src/kernel/time.ts'
import type { BankAccount } from '#src/tenancy/shapes.ts'
import type { DraftLine, DraftTax } from './decision.ts'

/** An invoice with all that a page, a mail or an API answer shows of it. */
export interface InvoiceDocument {
  readonly id: string
  /** null while it is a draft. */
  readonly number: string | null
  readonly status: 'draft' | 'finalized' | 'paid' | 'void' | 'uncollectible'
  readonly kind: 'period' | 'adjustment' | 'order' | 'correction'
  readonly customerId: string
  /** null: an invoice of its own, as for prepaid credit. */
  readonly subscriptionId: string | null
  /** "2026-02" */
  readonly periodName: string
  readonly periodStart: Instant
  readonly periodEnd: Instant
  readonly currency: Currency
  readonly seller: Party
  readonly buyer: Party
  readonly lines: readonly DraftLine[]
  readonly taxes: readonly DraftTax[]
  readonly subtotalMinor: bigint
  readonly taxMinor: bigint
  readonly totalMinor: bigint
  /** By payments and from customer credit. */
  readonly paidMinor: bigint
  readonly creditedMinor: bigint
  /** Still owed. */
  readonly openMinor: bigint
  readonly payments: readonly {
    readonly id: string
    readonly kind: 'card' | 'transfer'
    readonly amountMinor: bigint
    readonly settledAt: Instant | null
  }[]
  readonly creditNotes: readonly {
    readonly id: string
    readonly number: string
    readonly totalMinor: bigint
    readonly reason: string
    readonly createdAt: Instant
  }[]
  /** The invoice that replaces this one. */
  readonly correctedBy?: { readonly id: string; readonly number: string | null } | null
  readonly createdAt: Instant
  readonly finalizedAt: Instant | null
  readonly dueAt: Instant | null
  readonly settledAt: Instant | null
  readonly pricingVersion: string
  readonly contentHash: string
  /** Why a draft may not be finalized yet; null when nothing stands in the way. */
  readonly holdCode: string | null
  readonly holdReason: string | null
  readonly paymentReference: string
  /** The hosted page is `/i/<publicToken>`. */
  readonly publicToken: string
  /** The invoice that this one corrects. */
  readonly corrects?: {
    readonly id: string
    readonly number: string
    readonly issuedAt: Instant
  } | null
  /** How it is shown: the customer's language and calendar, the seller's terms, bank and colour. */
  readonly presentation: {
    readonly locale: string
    readonly timeZone: string
    readonly collection: 'card' | 'transfer'
    readonly paymentTermsDays: number
    /** For the invoice's currency. */
    readonly bank: BankAccount | null
    readonly paymentInstructions: string
    /** Register and directors, as the law of some countries wants them on letters; empty where there are none. */
    readonly legal: { readonly registration: string; readonly directors: readonly string[] }
    readonly footerText: string
    readonly brandColor: string
    /** A PNG or JPEG as a data url. */
    readonly logo: string | null
  }
}
