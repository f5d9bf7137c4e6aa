/** What a register of VAT numbers says. Only `valid` and `invalid` settle anything: the others are never guessed from. */
export type TaxIdAnswer =
  | {
      readonly kind: 'valid'
      /** As registered; null where the country keeps them to itself. */
      readonly name: string | null
      readonly address: string | null
      /** The proof that it was asked; null when the asker has no number of his own there. */
      readonly consultationNumber: string | null
    }
  | { readonly kind: 'invalid' }
  /** It did not answer; ask again later. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** There is nobody to ask here. */
  | { readonly kind: 'not_asked'; readonly reason: string }

/** One VAT number, upper case with its country in front: "FR83404833048", "EL094259216", "XI110305878". */
export interface TaxIdQuestion {
  readonly taxId: string
  /** The asker's own number, for the consultation number; null without one. */
  readonly requesterTaxId: string | null
}

export interface TaxIdRegister {
  readonly name: 'vies' | 'local'
  /** Never throws for what the other side does: that is an `unavailable`. */
  check(question: TaxIdQuestion): Promise<TaxIdAnswer>
}

/** Stands in where no register is set up: format and checksum were looked at before, and nobody is asked. Simulated. */
export function localRegister(): TaxIdRegister {
  return {
    name: 'local',
    check: () =>
      Promise.resolve({
        kind: 'not_asked',
        reason: 'no register is set up (VIES_URL): only format and checksum were looked at',
      }),
  }
}
