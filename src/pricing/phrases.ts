import { parseDecimal, formatDecimal, type Decimal } from '#src/kernel/decimal.ts'

/**
 * What an invoice line can say, in English. Placeholders name what stands there: a number, a price in the line's
 * currency, a day, or text as it is. Documents have the same keys in other languages.
 */
export const ENGLISH_PHRASES = {
  price: '{price}',
  percent: '{number} %',
  flat: '{price} flat',
  freeTier: 'free tier',
  free: 'free',
  included: 'included',
  ownPrice: "each event's own price",
  first: 'first {number}',
  upTo: 'up to {number}',
  over: 'over {number}',
  between: 'over {number} up to {number2}',
  plusFlat: 'plus {price} flat',
  withoutUsage: 'due without usage',
  perPackage: 'per begun package of {number}',
  plusEach: 'plus {price} each',
  atLeastEach: 'at least {price} each',
  atMostEach: 'at most {price} each',
  aboveIncluded: 'above the included {number}',
  noOverageRate: 'no overage rate',
  property: '{text}',
  other: 'other',
  baseFee: 'base fee',
  days: '{number} of {number2} days ({date} to {date2})',
  partOfPeriod: 'part of the period ({date} to {date2})',
  times: '{number} ×',
  minimum: 'minimum, amount to reach it',
  commitment: 'commitment, amount to reach it',
  beyondCommitment: 'beyond the commitment of {price}, {number} × the price',
  maximum: 'maximum reached, discount',
  usageCorrected: 'usage of {text} corrected after {text2}',
  percentOff: '{number} % off',
  amountOff: '{price} off',
  prepaidCredit: 'prepaid credit',
  promotionalCredit: 'promotional credit',
} as const

type PhraseKey = keyof typeof ENGLISH_PHRASES
/** The phrases of one language. */
export type Phrases = Readonly<Record<PhraseKey, string>>

type Slot = `${'number' | 'price' | 'date' | 'text'}${'' | '2'}`

/** A phrase and what fills it: decimals and ISO days as text, so that it can be stored. */
export interface Phrase {
  readonly say: PhraseKey
  readonly with?: Readonly<Partial<Record<Slot, string>>>
}

/** What a line says, as data: `description` is its English, documents word it in the customer's language. */
export interface LineWording {
  /** The name in the pricing document, of a metric, plan, add-on or coupon: not translated. */
  readonly subject: string
  /** The property values that a charge is grouped by: "region eu"; may be empty. */
  readonly group: string
  /** How usage is priced; null where a line is no usage. */
  readonly price: Phrase | null
  readonly notes: readonly Phrase[]
}

/** How the values of phrases read. */
export interface PhraseFormats {
  quantity(value: Decimal): string
  unitPrice(price: Decimal): string
  /** Of "2026-02-15". */
  date(day: string): string
}

/** What a line says that is no usage. */
export function plainWording(subject: string, notes: readonly Phrase[]): LineWording {
  return { subject, group: '', price: null, notes }
}

/** A phrase with its values; decimals are given as such. */
export function phrase(
  say: PhraseKey,
  values: Readonly<Partial<Record<Slot, Decimal | string>>> = {},
): Phrase {
  const slots = Object.entries(values).map(([slot, value]) => [
    slot,
    typeof value === 'bigint' ? formatDecimal(value) : value,
  ])
  return slots.length === 0 ? { say } : { say, with: Object.fromEntries(slots) }
}

/** A phrase in words. */
export function wordsOf(said: Phrase, phrases: Phrases, formats: PhraseFormats): string {
  return phrases[said.say].replace(/\{(number|price|date|text)(2?)\}/g, (_, kind, second) => {
    const value = said.with?.[`${kind}${second}` as Slot] ?? ''
    switch (kind as 'number' | 'price' | 'date' | 'text') {
      case 'number':
        return formats.quantity(parseDecimal(value))
      case 'price':
        return formats.unitPrice(parseDecimal(value))
      case 'date':
        return formats.date(value)
      case 'text':
        return value
    }
  })
}
