/** What a receiver reads out of either syntax, in the terms of EN 16931. Texts as they stand in the file. */
export interface Terms {
  readonly specification: string | null
  readonly number: string | null
  readonly issueDate: string | null
  readonly typeCode: string | null
  readonly currency: string | null
  readonly dueDate: string | null
  readonly paymentTerms: string | null
  readonly notes: readonly string[]
  readonly period: Span | null
  readonly preceding: { readonly number: string | null; readonly issueDate: string | null } | null
  readonly seller: PartyTerms
  readonly buyer: PartyTerms
  readonly payment: {
    readonly code: string | null
    readonly account: string | null
    readonly accountName: string | null
    readonly bic: string | null
  } | null
  readonly reference: string | null
  readonly allowances: readonly (Category & {
    readonly amount: string | null
    readonly reason: string | null
    readonly reasonCode: string | null
  })[]
  readonly breakdown: readonly (Category & {
    readonly basis: string | null
    readonly amount: string | null
    readonly reason: string | null
    readonly reasonCode: string | null
  })[]
  readonly sums: Readonly<
    Record<'lines' | 'allowances' | 'net' | 'tax' | 'gross' | 'due', string | null>
  >
  readonly lines: readonly LineTerms[]
}

export interface Category {
  readonly category: string | null
  readonly rate: string | null
}

export interface Span {
  readonly start: string | null
  readonly end: string | null
}

export interface LineTerms extends Category {
  readonly id: string | null
  readonly name: string | null
  readonly description: string | null
  readonly itemId: string | null
  readonly quantity: string | null
  readonly unit: string | null
  readonly net: string | null
  readonly price: string | null
  readonly base: string | null
  readonly baseUnit: string | null
  readonly period: Span | null
}

export interface PartyTerms {
  readonly name: string | null
  readonly identifier: string | null
  readonly registration: string | null
  readonly vatId: string | null
  readonly taxNumber: string | null
  readonly endpoint: string | null
  readonly endpointScheme: string | null
  readonly contact: string | null
  /** line 1, 2, 3, city, postcode, region; null: no address at all. */
  readonly address: readonly (string | null)[] | null
  readonly country: string | null
}
