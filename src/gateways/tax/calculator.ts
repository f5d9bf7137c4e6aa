import type { Currency } from '#src/kernel/currency.ts'
import type { Instant } from '#src/kernel/time.ts'

/** One sale as a provider of tax calculation sees it. */
export interface CalculationRequest {
  readonly currency: Currency
  /** Above zero: the net amount of the invoice. */
  readonly netMinor: bigint
  /** Whose rates hold: the last instant of the service. */
  readonly taxPoint: Instant
  /** The provider's code of what is sold. */
  readonly taxCode: string
  readonly address: {
    readonly line1: string | null
    readonly line2: string | null
    readonly city: string | null
    readonly region: string | null
    readonly postalCode: string | null
    readonly country: string
  }
  /** Only one that is confirmed: the provider does not check it. */
  readonly taxId: string | null
  readonly exempt: boolean
}

/** A tax on the sale, as the provider names it. `rate` is a fraction as decimal text: "0.065". */
export interface CalculatedTax {
  readonly jurisdiction: string
  readonly rate: string
  readonly treatment: 'taxed' | 'reverse_charge' | 'exempt' | 'outside_scope'
  /** The provider's own word for why there is none ("not_collecting"); null where it is taxed. */
  readonly reason: string | null
  readonly baseMinor: bigint
  readonly amountMinor: bigint
}

export type CalculationAnswer =
  | {
      readonly kind: 'calculated'
      readonly providerRef: string
      /** Until then it can be recorded. */
      readonly expiresAt: Instant
      /** Whose rates it used: the request's, or the nearest day the provider goes back to. */
      readonly taxPoint: Instant
      readonly taxes: readonly CalculatedTax[]
    }
  /** The same request will be refused again: something about it has to change. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'unavailable'; readonly reason: string }

/** Calculates tax and keeps the seller's records of it for filing. */
export interface TaxCalculator {
  readonly name: string
  /** Never throws for what the other side does. */
  calculate(request: CalculationRequest): Promise<CalculationAnswer>
  /**
   * Records a calculation as a sale, once per `reference`; answers the provider's id of it.
   * @throws unavailable; refused
   */
  record(sale: { readonly providerRef: string; readonly reference: string }): Promise<string>
  /**
   * Takes back a recorded sale, all of it or a part (gross minor units), once per `reference`.
   * @throws unavailable; refused
   */
  reverse(reversal: {
    readonly transactionRef: string
    readonly reference: string
    readonly grossMinor: bigint | 'all'
    readonly currency: Currency
  }): Promise<void>
}
