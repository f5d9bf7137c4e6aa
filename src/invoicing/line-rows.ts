import { sumMinor } from '#src/kernel/money.ts'
import { wordsOf, type Phrase } from '#src/pricing/phrases.ts'
import type { NumberText } from './formats.ts'
import type { InvoiceView } from './view.ts'

type Line = InvoiceView['doc']['lines'][number]

/** A number of a column aligned at its point: `pad` holds digits that take room and are not shown. */
export interface AlignedNumber extends Pick<NumberText, 'lead' | 'tail'> {
  readonly pad: string
}

/** A row of the table of lines, in the customer's language. */
export type LineRow =
  /** Names the usage that the rows after it, inner ones, belong to; with their sum. */
  | { readonly kind: 'group'; readonly title: string; readonly amount: string }
  | {
      readonly kind: 'line' | 'inner'
      readonly title: string
      /** Small, under the title; may be empty. */
      readonly note: string
      readonly quantity: AlignedNumber | null
      readonly unitPrice: AlignedNumber | null
      readonly amount: string
    }

interface LineWords {
  readonly subject: string
  /** What stands behind the name: tier, group, share; may be empty. */
  readonly detail: string
}

/** Lines that are an amount and nothing else: "1 × −€5.00" would say no more. */
const AMOUNTS_ONLY = new Set([
  'minimum',
  'commitment',
  'maximum_discount',
  'coupon',
  'credit',
  'adjustment',
])

/** What a line says in the customer's language; a line without its words as data keeps its English. */
export function lineWords(
  { wording, description }: Pick<Line, 'wording' | 'description'>,
  { phrases, formats }: Pick<InvoiceView, 'phrases' | 'formats'>,
): LineWords {
  if (!wording) return { subject: description, detail: '' }
  const say = (one: Phrase) => wordsOf(one, phrases, formats)
  const { subject, group, price, notes } = wording
  // A plain price has its own column.
  const priced = price === null || price.say === 'price' ? [] : [price]
  const parts = [...(group === '' ? [] : [group]), ...[...priced, ...notes].map(say)]
  const detail = parts.join(', ')
  // A line without a name of its own is what is said of it.
  return subject === '' ? { subject: upperFirst(detail), detail: '' } : { subject, detail }
}

/** The rows of the lines: several lines about the same usage stand together under its name. */
export function lineRows(view: InvoiceView): LineRow[] {
  const { lines } = view.doc
  const { formats } = view
  const counted = lines.map((line) => (AMOUNTS_ONLY.has(line.kind) ? null : line))
  const quantities = alignedColumn(
    view,
    counted.map((line) => line && formats.quantityText(line.quantity)),
  )
  const prices = alignedColumn(
    view,
    counted.map((line) =>
      line === null || line.unitPrice === null ? null : formats.unitPriceText(line.unitPrice),
    ),
  )
  return groupsOf(view).flatMap(({ subject, first, count }) => {
    const rows = lines.slice(first, first + count).map((line, offset) => ({
      quantity: quantities[first + offset] ?? null,
      unitPrice: prices[first + offset] ?? null,
      amount: view.formats.money(line.amountMinor),
      ...titleOf(view, line, count > 1),
    }))
    if (count === 1) return rows.map((row): LineRow => ({ kind: 'line', ...row }))
    const sum = sumMinor(lines.slice(first, first + count).map(({ amountMinor }) => amountMinor))
    return [
      { kind: 'group', title: subject, amount: view.formats.money(sum) },
      ...rows.map((row): LineRow => ({ kind: 'inner', ...row })),
    ]
  })
}

interface LineGroup {
  readonly subject: string
  readonly metric: string | null
  readonly first: number
  count: number
}

function groupsOf(view: InvoiceView): LineGroup[] {
  const groups: LineGroup[] = []
  for (const [index, line] of view.doc.lines.entries()) {
    const { subject } = lineWords(line, view)
    const last = groups.at(-1)
    if (last && line.metric !== null && line.metric === last.metric && subject === last.subject)
      last.count += 1
    else groups.push({ subject, metric: line.metric, first: index, count: 1 })
  }
  return groups
}

function titleOf(view: InvoiceView, line: Line, inner: boolean): { title: string; note: string } {
  const { subject, detail } = lineWords(line, view)
  const { doc, formats } = view
  const whole = line.period.start.equals(doc.periodStart) && line.period.end.equals(doc.periodEnd)
  const dated = line.wording?.notes.some((note) => note.with?.date !== undefined) ?? false
  const days = whole || dated ? [] : [formats.days(line.period)]
  const said = detail === '' ? [] : [upperFirst(detail)]
  return inner && said.length > 0
    ? { title: said.join(''), note: days.join('') }
    : { title: subject, note: [...said, ...days].join(' · ') }
}

function alignedColumn(
  { formats }: Pick<InvoiceView, 'formats'>,
  column: readonly (NumberText | null)[],
): (AlignedNumber | null)[] {
  const most = Math.max(0, ...column.map((text) => text?.digits ?? 0))
  return column.map((text) => {
    if (text === null) return null
    const { lead, tail, digits } = text
    const point = digits === 0 && most > 0 ? formats.point : ''
    return { lead, pad: point + '0'.repeat(most - digits), tail }
  })
}

export function upperFirst(text: string): string {
  if (text === '') return text
  const first = String.fromCodePoint(text.codePointAt(0) ?? 0x20)
  return first.toUpperCase() + text.slice(first.length)
}
