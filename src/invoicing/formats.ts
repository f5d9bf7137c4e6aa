import { LRUCache } from 'lru-cache'
import { currencyDigits, type Currency } from '#src/kernel/currency.ts'
import { formatDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { formatMinor } from '#src/kernel/money.ts'
import type { Instant, Period } from '#src/kernel/time.ts'

/** How values read in one language, currency and time zone. */
export interface Formats {
  money(amountMinor: bigint): string
  /** Every digit of a price that may be finer than the currency: "€0.0005". */
  unitPrice(price: Decimal): string
  quantity(value: Decimal): string
  percent(rate: Decimal): string
  day(at: Instant): string
  /** First and last day of a half-open period. */
  days(period: Period): string
  /** "Germany" of "DE". */
  country(code: string): string
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
  const amount = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  const price = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: 12,
  })
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 12 })
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 4 })
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone })
  const countries = new Intl.DisplayNames(locale, { type: 'region' })
  const exact = (value: Decimal) => formatDecimal(value) as Intl.StringNumericLiteral
  const day = (at: Instant) => date.format(at.epochMilliseconds)
  return {
    // Decimal text keeps every digit: Intl reads it exactly.
    money: (amountMinor) =>
      amount.format(formatMinor(amountMinor, currency) as Intl.StringNumericLiteral),
    unitPrice: (value) => price.format(exact(value)),
    quantity: (value) => number.format(exact(value)),
    percent: (rate) => share.format(exact(rate)),
    day,
    days: ({ start, end }) =>
      date.formatRange(
        start.epochMilliseconds,
        end.subtract({ milliseconds: 1 }).epochMilliseconds,
      ),
    country: (code) => countries.of(code) ?? code,
  }
}
