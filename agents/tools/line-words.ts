import type { InvoiceEvidence } from '#src/approvals/evidence/invoices.ts'
import { formatsOf } from '#src/invoicing/formats.ts'
import { languageOf } from '#src/invoicing/language/languages.ts'
import { lineWords } from '#src/invoicing/line-rows.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import type { LineWording } from '#src/pricing/phrases.ts'
import { safeText, type Reader } from './format.ts'

type Line = InvoiceEvidence['lines'][number]

/** "API calls (region eu)": what a line bills, the same in every tier, at every price and in every month. */
export function billedUnder({ wording, description }: Line): string {
  const words = wording as LineWording | null
  if (!words || words.subject === '') return safeText(description)
  return safeText(words.group === '' ? words.subject : `${words.subject} (${words.group})`)
}

/** Whether the line's quantity is what was used; packages and flat parts count themselves. */
export function countsUsage({ kind, unitPrice, wording }: Line): boolean {
  const notes = (wording as LineWording | null)?.notes ?? []
  const packaged = notes.some(({ say }) => say === 'perPackage')
  return COUNTING.has(kind) && unitPrice !== null && !packaged
}

const COUNTING: ReadonlySet<string> = new Set(['usage', 'overage', 'included'])
/** Lines that are an amount and nothing else. */
const AMOUNTS_ONLY: ReadonlySet<string> = new Set([
  'minimum',
  'commitment',
  'maximum_discount',
  'coupon',
  'credit',
  'adjustment',
])

/** "API calls (over 10,000): 26,295 × €0.01 = €262.95", as the invoice words it in the reader's language. */
export function lineText(line: Line, currency: string, reader: Reader): string {
  const formats = formatsOf(reader.locale, parseCurrency(currency), reader.timeZone)
  const { phrases } = languageOf(reader.locale)
  const wording = line.wording as LineWording | null
  const { subject, detail } = lineWords(
    { wording, description: line.description },
    { phrases, formats },
  )
  const name = withoutMarkup(detail === '' ? subject : `${subject} (${detail})`)
  const amount = formats.money(line.amountMinor)
  // English written before lines had words as data counts for itself.
  if (wording === null || line.unitPrice === null || AMOUNTS_ONLY.has(line.kind))
    return `${name}: ${amount}`
  return `${name}: ${formats.quantity(line.quantity)} × ${formats.unitPrice(line.unitPrice)} = ${amount}`
}

/** Groups carry customers' property values: no link, placeholder or tag of theirs goes into our mails. */
function withoutMarkup(text: string): string {
  return text
    .replace(/[{}<>@]/g, '')
    .replace(/:\/\/|www\./giu, ' ')
    .slice(0, 200)
}
