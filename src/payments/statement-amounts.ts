import { currencyDigits, type Currency } from '#src/kernel/currency.ts'
import { Temporal } from '#src/kernel/time.ts'

export type DecimalMark = ',' | '.'

const TAIL = /([.,])(\d{1,2}|\d{4,})$/

/**
 * The decimal mark of a file, from all its amounts: what stands before one, two or more than three last digits.
 * "1.234" alone proves nothing; then the file's own separator decides (semicolons mean a comma country).
 * Null when the amounts contradict each other.
 */
export function decimalMarkOf(amounts: readonly string[], delimiter: string): DecimalMark | null {
  const marks = new Set<string>()
  for (const amount of amounts) {
    const text = amount.replace(/[\s'’]/g, '')
    const tail = TAIL.exec(text)
    if (tail?.[1]) marks.add(tail[1])
    // Both marks in one amount: the last one is the decimal mark.
    else if (text.includes('.') && text.includes(','))
      marks.add(text.lastIndexOf(',') > text.lastIndexOf('.') ? ',' : '.')
  }
  if (marks.size > 1) return null
  const [mark] = marks
  if (mark === ',' || mark === '.') return mark
  return delimiter === ';' ? ',' : '.'
}

/** "1.234,56", "-1,234.56", "1 234.5", "12,00-" as minor units; null when it is not an amount of the currency. */
export function parseAmount(text: string, mark: DecimalMark, currency: Currency): bigint | null {
  const compact = text.replace(/[\s'’]/g, '')
  const match = /^([+-]?)([\d.,]+)([+-]?)$/.exec(compact)
  if (!match || (match[1] && match[3])) return null
  const [whole = '', fraction = '', ...more] = (match[2] ?? '').split(mark)
  const groups = whole.split(mark === ',' ? '.' : ',')
  const grouped = groups.length > 1
  if (more.length > 0 || /\D/.test(fraction) || groups.some((group) => /\D/.test(group)))
    return null
  if (
    grouped &&
    groups.some((group, index) => (index === 0 ? group.length > 3 : group.length !== 3))
  )
    return null
  const digits = currencyDigits(currency)
  const kept = fraction.replace(/0+$/, '')
  const head = groups.join('')
  if (head === '' || kept.length > digits) return null
  const minor = BigInt(head + kept.padEnd(digits, '0'))
  return match[1] === '-' || match[3] === '-' ? -minor : minor
}

/** ISO (2026-03-05) and German (05.03.2026, 5.3.26) dates as ISO; null for anything else. */
export function parseBookingDate(text: string): string | null {
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?$/.exec(text.trim())
  const german = /^(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})$/.exec(text.trim())
  const [year, month, day] = iso
    ? [iso[1], iso[2], iso[3]]
    : german
      ? [german[3]?.length === 2 ? `20${german[3]}` : german[3], german[2], german[1]]
      : []
  if (!year || !month || !day) return null
  try {
    return Temporal.PlainDate.from(
      { year: Number(year), month: Number(month), day: Number(day) },
      { overflow: 'reject' },
    ).toString()
  } catch {
    return null
  }
}
