import { parseCurrency } from '#src/kernel/currency.ts'
import { DECIMAL_SCALE, formatDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { formatMoney } from '#src/kernel/money.ts'
import { Temporal, type Instant } from '#src/kernel/time.ts'

/** How a customer reads values: language with region, zone. */
export interface Reader {
  /** BCP 47, "de-AT". */
  readonly locale: string
  readonly timeZone: string
}

export function moneyText(amountMinor: bigint, currency: string, reader: Reader): string {
  return formatMoney({ amountMinor, currency: parseCurrency(currency) }, reader.locale)
}

export function dayText(at: Instant, reader: Reader): string {
  return plainDayText(at.toZonedDateTimeISO(reader.timeZone).toPlainDate(), reader)
}

/** "2026-03-14" for people. */
export function plainDayText(day: string | Temporal.PlainDate, reader: Reader): string {
  const date = typeof day === 'string' ? Temporal.PlainDate.from(day) : day
  return date.toLocaleString(reader.locale, { dateStyle: 'long' })
}

export function momentText(at: Instant, reader: Reader): string {
  return at
    .toZonedDateTimeISO(reader.timeZone)
    .toLocaleString(reader.locale, { dateStyle: 'long', timeStyle: 'short' })
}

/** "2026-02" → "February 2026". */
export function monthText(period: string, reader: Reader): string {
  return Temporal.PlainYearMonth.from(period)
    .toPlainDate({ day: 1 })
    .toLocaleString(reader.locale, { month: 'long', year: 'numeric' })
}

export function quantityText(value: Decimal, reader: Reader): string {
  return new Intl.NumberFormat(reader.locale, { maximumFractionDigits: 12 }).format(
    formatDecimal(value) as Intl.StringNumericLiteral,
  )
}

/** A ratio to one digit: "14.2"; null when there is nothing to compare with. */
export function ratioText(value: Decimal, base: Decimal, reader: Reader): string | null {
  if (base <= 0n) return null
  const tenths = (value * 10n + base / 2n) / base
  return quantityText(((tenths * DECIMAL_SCALE) / 10n) as Decimal, reader)
}

/** 0.19 → "19 %". */
export function percentText(rate: Decimal, reader: Reader): string {
  return `${quantityText((rate * 100n) as Decimal, reader)} %`
}

/** Customers choose names and property values: no links, markup or placeholders of theirs go into our mails. */
export function safeText(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N} _.,'&()/:+-]/gu, '')
    .replace(/:\/\/|www\./giu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 60)
}
