import type { TaxCategory } from './tax-category.ts'

/**
 * An invoice or credit note in the terms of EN 16931-1 (the BT and BG numbers are the standard's). Both syntaxes are
 * written from it. Amounts and prices are exact decimal text, days are YYYY-MM-DD.
 */
export interface ElectronicInvoice {
  /** BT-3: 380 or 381. A credit note's amounts are positive. */
  readonly kind: 'invoice' | 'credit_note'
  /** BT-1 */
  readonly number: string
  /** BT-2 */
  readonly issueDate: string
  /** BT-9 */
  readonly dueDate: string | null
  /** BT-5 */
  readonly currency: string
  /** BT-20 */
  readonly paymentTerms: string
  /** BT-22 */
  readonly notes: readonly string[]
  /** BG-14 */
  readonly period: Days
  /** BG-3 */
  readonly preceding: { readonly number: string; readonly issueDate: string } | null
  /** BG-4 */
  readonly seller: TradeParty
  /** BG-7 */
  readonly buyer: TradeParty
  /** BG-16 */
  readonly payment: PaymentMeans | null
  /** BG-23 has one row: our taxes lie on the whole net amount. */
  readonly tax: TaxCategory & { readonly basis: string; readonly amount: string }
  /** BG-20 */
  readonly allowances: readonly Allowance[]
  /** BG-25 */
  readonly lines: readonly TradeLine[]
  readonly sums: {
    /** BT-106 */
    readonly lines: string
    /** BT-107 */
    readonly allowances: string | null
    /** BT-109 */
    readonly net: string
    /** BT-112 and, as issued, BT-115. */
    readonly gross: string
  }
}

/** First and last day, both included. */
export interface Days {
  readonly start: string
  readonly end: string
}

export interface TradeParty {
  /** BT-29, BT-46 */
  readonly identifier: string | null
  /** BT-27, BT-44 */
  readonly name: string
  /** BT-30, BT-47 */
  readonly registration: string | null
  /** BT-31, BT-48 */
  readonly vatId: string | null
  /** BT-32 */
  readonly taxNumber: string | null
  /** BT-34, BT-49 and BT-43: an electronic address of the scheme EM. */
  readonly email: string | null
  readonly address: TradeAddress
}

/** BG-5, BG-8 */
export interface TradeAddress {
  readonly line1: string | null
  readonly line2: string | null
  readonly line3: string | null
  readonly city: string | null
  readonly postcode: string | null
  readonly region: string | null
  /** BT-40, BT-55 */
  readonly country: string
}

export interface PaymentMeans {
  /** BT-81, of UNTDID 4461. */
  readonly code: string
  /** BT-83 */
  readonly reference: string
  /** BG-17 */
  readonly account: {
    readonly id: string
    readonly isIban: boolean
    readonly name: string
    readonly bic: string
  } | null
}

export interface Allowance {
  /** BT-92 */
  readonly amount: string
  /** BT-97 */
  readonly reason: string
}

export interface TradeLine {
  /** BT-126 */
  readonly id: string
  /** BT-153 */
  readonly name: string
  /** BT-154 */
  readonly description: string | null
  /** BT-155 */
  readonly itemId: string | null
  /** BT-129 */
  readonly quantity: string
  /** BT-130 */
  readonly unit: string
  /** BT-131 */
  readonly net: string
  /** BT-146, never negative. */
  readonly price: string
  /** BT-149 */
  readonly baseQuantity: string
  /** BG-26 */
  readonly period: Days | null
}
