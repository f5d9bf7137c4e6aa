import { LRUCache } from 'lru-cache'
import { currencyDigits, type Currency } from '#src/kernel/currency.ts'
import { formatDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { formatMinor } from '#src/kernel/money.ts'
import type { Instant, Period } from '#src/kernel/time.ts'

/** A number in the pieces a column is aligned by: `lead` ends with the last digit. */
export interface NumberText {
  readonly lead: string
  readonly tail: string
  /** Digits after the point. */
  readonly digits: number
}

/** How values read in one language, currency and time zone. */
export interface Formats {
  money(amountMinor: bigint): string
  /** Every digit of a price that may be finer than the currency: "€0.0005". */
  unitPrice(price: Decimal): string
  unitPriceText(price: Decimal): NumberText
  quantity(value: Decimal): string
  quantityText(value: Decimal): NumberText
  percent(rate: Decimal): string
  day(at: Instant): string
  /** Of "2026-02-15". */
  date(day: string): string
  /** First and last day of a half-open period. */
  days(period: Period): string
  /** "Germany" of "DE". */
  country(code: string): string
  /** The decimal point: "," in German. */
  readonly point: string
}

/** Making a set takes milliseconds, as long as a page: customers share languages, currencies and zones. */
const made = new LRUCache<string, Formats>({ max: 200 })

/** Formats for a document. Intl groups and places signs; digits come from the exact values as text. */
export function formatsOf(locale: string, currency: Currency, timeZone: string): Formats {
  const key = `${locale} ${currency} ${timeZone}`
  const known = made.get(key)
  if (known) return known
  const formats = makeFormats(locale, currency, timeZone)
  made.set(key, formats)
  return formats
}

function makeFormats(locale: string, currency: Currency, timeZone: string): Formats {
  const digits = currencyDigits(currency)
  const style = { style: 'currency', currency, minimumFractionDigits: digits } as const
  const amount = new Intl.NumberFormat(locale, { ...style, maximumFractionDigits: digits })
  const price = new Intl.NumberFormat(locale, { ...style, maximumFractionDigits: 12 })
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 12 })
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 4 })
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone })
  const localDate = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })
  const countries = new Intl.DisplayNames(locale, { type: 'region' })
  // Decimal text keeps every digit: Intl reads it exactly.
  const exact = (value: Decimal) => formatDecimal(value) as Intl.StringNumericLiteral
  return {
    money: (amountMinor) =>
      amount.format(formatMinor(amountMinor, currency) as Intl.StringNumericLiteral),
    unitPrice: (value) => price.format(exact(value)),
    unitPriceText: (value) => numberText(price.formatToParts(exact(value))),
    quantity: (value) => number.format(exact(value)),
    quantityText: (value) => numberText(number.formatToParts(exact(value))),
    percent: (rate) => share.format(exact(rate)),
    day: (at) => date.format(at.epochMilliseconds),
    date: (day) => localDate.format(Date.parse(`${day}T00:00:00Z`)),
    days: ({ start, end }) =>
      date.formatRange(
        start.epochMilliseconds,
        end.subtract({ milliseconds: 1 }).epochMilliseconds,
      ),
    country: (code) => (/^[A-Z]{2}$/.test(code) ? (countries.of(code) ?? code) : code),
    point: number.formatToParts(0.5).find(({ type }) => type === 'decimal')?.value ?? '.',
  }
}

function numberText(parts: readonly Intl.NumberFormatPart[]): NumberText {
  const last = parts.findLastIndex(({ type }) => type === 'integer' || type === 'fraction')
  const text = (some: readonly Intl.NumberFormatPart[]) => some.map(({ value }) => value).join('')
  return {
    lead: text(parts.slice(0, last + 1)),
    tail: text(parts.slice(last + 1)),
    digits: parts.find(({ type }) => type === 'fraction')?.value.length ?? 0,
  }
}
