import type { Party } from '#db/schema/invoicing.ts'
import type { Currency } from '#src/kernel/currency.ts'
import type { Decimal } from '#src/kernel/decimal.ts'
import type { Instant, Period } from '#src/kernel/time.ts'
import type { LineWording } from '#src/pricing/phrases.ts'
import type { RatingInput } from '#src/pricing/rate.ts'
import type { DueAdjustment, SettledAdjustment } from './adjustments/shapes.ts'
import type { Calculation, WantedCalculation } from './tax/external-tax.ts'
import type { Hold, TaxIdPolicy, TaxIdRecord } from './tax/open-questions.ts'
import type { TaxBuyer, TaxComponent, TaxInput } from './tax/sale.ts'
import type { Claims } from './waiting.ts'

/** Who sends the invoices, loaded once. */
export interface Seller {
  readonly party: Party
  readonly tax: TaxInput['seller']
  readonly taxIdPolicy: TaxIdPolicy
  /** The tax provider that can be asked; null: our own table decides, whatever a pricing document names. */
  readonly taxProvider: string | null
  /** What a tax provider calls the thing that is sold. */
  readonly taxCode: string
}

/** One subscription and billing period with everything its invoice is decided from. */
export interface BillingCase {
  readonly customerId: string
  readonly currency: string
  readonly buyer: Party
  readonly taxBuyer: TaxBuyer
  readonly taxIdRecord: TaxIdRecord
  /** A tax provider's answers on file. */
  readonly calculations: readonly Calculation[]
  readonly street: { readonly line1: string | null; readonly line2: string | null }
  readonly subscriptionId: string
  readonly canceledAt: Instant | null
  /** "2026-02" */
  readonly periodName: string
  /** The metering window that holds the month: the month itself, or several. */
  readonly period: Period
  /** The month whose run invoices it. */
  readonly billedIn: string
  readonly rating: RatingInput
  /** pg_current_snapshot(): usage of every transaction that it shows is in `rating`. */
  readonly ratedSnapshot: string
  /** Earlier periods of the subscription that late usage has changed. */
  readonly adjustments: readonly DueAdjustment[]
}

export interface DraftLine {
  readonly kind: string
  readonly metric: string | null
  /** English. */
  readonly description: string
  /** The same as data, for other languages; without it the page keeps the English. */
  readonly wording?: LineWording | null
  readonly quantity: Decimal
  readonly unitPrice: Decimal | null
  readonly amountMinor: bigint
  readonly exactAmount: string
  readonly period: Period
}

/** A tax as it stands on an invoice, with the date that decided its rate. */
export interface DraftTax extends TaxComponent {
  readonly baseMinor: bigint
  readonly amountMinor: bigint
  /** When the service was complete: its rate is the one in force then. */
  readonly taxPoint: Instant
}

/** An invoice as decided, before anything is written: what a preview shows and a run stores. */
export interface InvoiceDraft {
  /** `adjustment`: of a subscription that has ended, for what came late; `correction`: instead of a wrong one. */
  readonly kind: 'period' | 'adjustment' | 'correction'
  readonly customerId: string
  readonly subscriptionId: string
  readonly periodName: string
  readonly period: Period
  readonly currency: Currency
  readonly lines: readonly DraftLine[]
  readonly taxes: readonly DraftTax[]
  readonly subtotalMinor: bigint
  readonly taxMinor: bigint
  readonly totalMinor: bigint
  readonly pricingVersion: string
  /** One-off items, coupons and credit it has taken up. */
  readonly claims: Claims
  /** Id of the invoice it replaces; absent for the one of its period. */
  readonly corrects?: string
  readonly seller: Party
  readonly buyer: Party
  readonly adjustments: readonly SettledAdjustment[]
  readonly ratedSnapshot: string
  /** Of lines, taxes and totals: a commit may demand the preview's (REQUIREMENTS I9). */
  readonly contentHash: string
  /** Why it may not be finalized yet; no part of the content, so that settling it changes no hash. */
  readonly hold: Hold | null
  /** The provider's calculation its taxes come from; null: our own table. */
  readonly taxCalculationId: string | null
  /** What the provider has to be asked before there are taxes. */
  readonly wantedCalculation: WantedCalculation | null
}

/** `not_due` may become an invoice later; `inactive` and `refused` do not without somebody's doing. */
export type InvoiceDecision =
  | { readonly kind: 'draft'; readonly draft: InvoiceDraft }
  | { readonly kind: 'not_due' | 'inactive' | 'refused'; readonly reason: string }
