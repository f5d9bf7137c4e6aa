import type { Decimal } from '#src/kernel/decimal.ts'
import type { Instant } from '#src/kernel/time.ts'
import type { TaxNote } from './notes.ts'
import type { TaxAddress } from './place.ts'

export interface TaxBuyer extends TaxAddress {
  readonly taxId: string | null
  readonly taxIdStatus: 'none' | 'valid' | 'invalid' | 'pending'
  readonly taxExempt: boolean
  /** Language of the notes: "de-AT". */
  readonly locale: string
}

export interface TaxInput {
  readonly seller: {
    /** null: nobody said where the seller sits; then the pricing document's default rate decides. */
    readonly country: string | null
    /** Where the seller collects tax besides its own country: "US-NY", "GB", "CH", "FR", "EU" (one-stop shop). */
    readonly registrations: readonly string[]
    /** VAT of consumers in other member states: theirs (one-stop shop), or the seller's below the threshold. */
    readonly euConsumers: 'destination' | 'origin'
  }
  readonly buyer: TaxBuyer
  /** The tax point: which rate is in force. */
  readonly at: Instant
  readonly documentTax?:
    | {
        /** A fraction up to 1, per cent above. */
        readonly defaultRate: Decimal
        readonly exemptRegions: readonly string[]
      }
    | undefined
}

/** How tax law sees a sale: books, e-invoices and reports go by it, people by the note. */
type TaxTreatment = 'taxed' | 'reverse_charge' | 'exempt' | 'outside_scope'

/** One tax on the whole net amount. A rate of zero carries the note that says why. */
export interface TaxComponent {
  /** "DE", "US-NY", "ES-CN": the account tax_payable:<jurisdiction>. */
  readonly jurisdiction: string
  /** Fraction: 0.19. */
  readonly rate: Decimal
  /** Local date since when the rate holds; null where no dated table gave it. */
  readonly rateSince: string | null
  readonly treatment: TaxTreatment
  /** For the invoice, in the buyer's language; null where the rate speaks for itself. */
  readonly note: string | null
}

/** A component before its note is put into words. */
export interface Verdict {
  readonly jurisdiction: string
  readonly rate: Decimal
  readonly rateSince: string | null
  readonly treatment: TaxTreatment
  readonly note: TaxNote | null
}
