import { LANGUAGES } from './language.ts'

interface Issued {
  /** "2026-02" */
  readonly period: string
  readonly totalMinor: bigint
  readonly status: string
}

/** Verbs of English as well: only with a capital letter do they name a month. */
const AMBIGUOUS: ReadonlySet<string> = new Set(['may', 'march', 'mars', 'mai'])

/** The invoices that a customer's words fit by month, in ten languages, or by total; where both are said, by both. */
export function describedInvoices<Invoice extends Issued>(
  invoices: readonly Invoice[],
  words: string,
): Invoice[] {
  const months = namedMonths(words)
  const totals = namedTotals(words)
  const fits = invoices.filter(({ status }) => status !== 'void')
  const byMonth = fits.filter(({ period }) => months.has(Number(period.slice(5, 7))))
  const byTotal = fits.filter(({ totalMinor }) => totals.has(totalMinor))
  const both = byMonth.filter((invoice) => byTotal.includes(invoice))
  return both.length > 0 ? both : byTotal.length > 0 ? byTotal : byMonth
}

/** Amounts with decimals as they are written: "312.91", "1.312,91". Their digits are minor units of most currencies. */
function namedTotals(words: string): Set<bigint> {
  const amounts = words.normalize('NFKC').match(/\d[\d.,’' ]*[.,]\d{2,3}(?!\d)/g) ?? []
  return new Set(amounts.map((amount) => BigInt(amount.replace(/\D/g, ''))))
}

function namedMonths(words: string): Set<number> {
  const plain = words.normalize('NFKC')
  const lower = plain.toLowerCase()
  return new Set(
    MONTH_NAMES.filter(({ pattern, name }) =>
      AMBIGUOUS.has(name)
        ? plain.includes(name.charAt(0).toUpperCase() + name.slice(1))
        : pattern.test(lower),
    ).map(({ month }) => month),
  )
}

/** As the month stands alone and beside a day: Polish declines it. */
const MONTH_NAMES = LANGUAGES.flatMap((language) =>
  Array.from({ length: 12 }, (_, index) => {
    const date = Date.UTC(2026, index, 15)
    const alone = new Intl.DateTimeFormat(language, { month: 'long', timeZone: 'UTC' })
    const dated = new Intl.DateTimeFormat(language, {
      day: 'numeric',
      month: 'long',
      timeZone: 'UTC',
    })
    const part = dated.formatToParts(date).find(({ type }) => type === 'month')?.value ?? ''
    return [...new Set([alone.format(date), part])]
      .map((name) => name.toLowerCase())
      .filter((name) => /\p{L}/u.test(name))
      .map((name) => ({ name, month: index + 1, pattern: wholeWord(name) }))
  }).flat(),
)

function wholeWord(name: string): RegExp {
  const joined = /[\p{Script=Han}\p{Script=Arabic}]/u.test(name)
  return new RegExp(
    joined ? `(?<!\\p{N})${name}` : `(?<![\\p{L}\\p{N}])${name}(?![\\p{L}\\p{N}])`,
    'u',
  )
}
