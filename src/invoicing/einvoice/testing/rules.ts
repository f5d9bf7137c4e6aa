import { formatDecimal, parseDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { sumMinor } from '#src/kernel/money.ts'
import type { Category, PartyTerms, Span, Terms } from './terms.ts'

type Rule = readonly [id: string, holds: (terms: Terms) => boolean]

/**
 * The identifiers of the business rules of EN 16931-1 that a document breaks; of those that apply to what we write
 * (CEN's validation artefacts are the source of each).
 */
export function brokenRules(terms: Terms): string[] {
  return RULES.filter(([, holds]) => !holds(terms)).map(([id]) => id)
}

const some = (text: string | null | undefined) => text !== null && text !== undefined && text !== ''
const value = (text: string | null): Decimal => parseDecimal(text ?? '0')
const total = (texts: readonly (string | null)[]) => sumMinor(texts.map(value))
const inOrder = (span: Span | null) =>
  span === null || (some(span.start) && some(span.end) && (span.start ?? '') <= (span.end ?? ''))
const day = (text: string | null) => text === null || /^\d{4}-\d{2}-\d{2}$/.test(text)

const MANDATORY: readonly Rule[] = [
  ['BR-01', (t) => t.specification === 'urn:cen.eu:en16931:2017'],
  ['BR-02', (t) => some(t.number)],
  ['BR-03', (t) => some(t.issueDate) && day(t.issueDate) && day(t.dueDate)],
  ['BR-04', (t) => t.typeCode === '380' || t.typeCode === '381'],
  ['BR-05', (t) => /^[A-Z]{3}$/.test(t.currency ?? '')],
  ['BR-06', (t) => some(t.seller.name)],
  ['BR-07', (t) => some(t.buyer.name)],
  ['BR-08', (t) => t.seller.address !== null],
  ['BR-09', (t) => /^[A-Z]{2}$/.test(t.seller.country ?? '')],
  ['BR-10', (t) => t.buyer.address !== null || some(t.buyer.country)],
  ['BR-11', (t) => /^[A-Z]{2}$/.test(t.buyer.country ?? '')],
  ['BR-12…15', ({ sums }) => [sums.lines, sums.net, sums.gross, sums.due].every(some)],
  ['BR-16', (t) => t.lines.length > 0],
  ['BR-21', (t) => new Set(t.lines.map(({ id }) => id)).size === t.lines.length],
  ['BR-22', (t) => t.lines.every(({ quantity }) => some(quantity))],
  ['BR-23', (t) => t.lines.every(({ unit }) => some(unit))],
  ['BR-24', (t) => t.lines.every(({ net }) => some(net))],
  ['BR-25', (t) => t.lines.every(({ name }) => some(name))],
  ['BR-26', (t) => t.lines.every(({ price }) => some(price))],
  ['BR-27', (t) => t.lines.every(({ price }) => value(price) >= 0n)],
  ['BR-29', (t) => inOrder(t.period)],
  ['BR-30', (t) => t.lines.every(({ period }) => inOrder(period))],
  [
    'BR-31…33',
    (t) => t.allowances.every((a) => some(a.amount) && some(a.category) && some(a.reason)),
  ],
  [
    'BR-45…47',
    (t) => t.breakdown.every((b) => some(b.basis) && some(b.amount) && some(b.category)),
  ],
  ['BR-48', (t) => t.breakdown.every((b) => some(b.rate) || b.category === 'O')],
  ['BR-49', (t) => t.payment === null || some(t.payment.code)],
  ['BR-55', (t) => t.preceding === null || some(t.preceding.number)],
  ['BR-61', (t) => !['30', '58'].includes(t.payment?.code ?? '') || some(t.payment?.account)],
  ['BR-62', (t) => t.seller.endpoint === null || some(t.seller.endpointScheme)],
  ['BR-63', (t) => t.buyer.endpoint === null || some(t.buyer.endpointScheme)],
]

const TWO_DIGITS: Rule = [
  'BR-DEC',
  (t) =>
    [
      ...Object.values(t.sums),
      ...t.lines.map(({ net }) => net),
      ...t.allowances.map(({ amount }) => amount),
      ...t.breakdown.flatMap(({ amount, basis }) => [amount, basis]),
    ].every((text) => text === null || /^-?\d+(\.\d{1,2})?$/.test(text)),
]

const CONDITIONS: readonly Rule[] = [
  ['BR-CO-04', (t) => t.lines.every(({ category }) => some(category))],
  ['BR-CO-09', (t) => [t.seller, t.buyer].every((p) => !some(p.vatId) || hasCountry(p))],
  ['BR-CO-10', (t) => value(t.sums.lines) === total(t.lines.map(({ net }) => net))],
  ['BR-CO-11', (t) => value(t.sums.allowances) === total(t.allowances.map(({ amount }) => amount))],
  ['BR-CO-11b', (t) => some(t.sums.allowances) === t.allowances.length > 0],
  ['BR-CO-13', ({ sums: s }) => value(s.net) === value(s.lines) - value(s.allowances)],
  ['BR-CO-14', (t) => value(t.sums.tax) === total(t.breakdown.map(({ amount }) => amount))],
  ['BR-CO-15', ({ sums: s }) => value(s.gross) === value(s.net) + value(s.tax)],
  ['BR-CO-16', ({ sums: s }) => value(s.due) === value(s.gross)],
  ['BR-CO-17', (t) => t.breakdown.every(isRateOfBasis)],
  ['BR-CO-18', (t) => t.breakdown.length > 0],
  ['BR-CO-25', (t) => value(t.sums.due) <= 0n || some(t.dueDate) || some(t.paymentTerms)],
  ['BR-CO-26', ({ seller: s }) => [s.identifier, s.registration, s.vatId].some(some)],
]

const CATEGORIES: readonly Rule[] = [
  ['BR-*-01', (t) => sameSet(used(t), t.breakdown.map(keyOf)) && unique(t.breakdown.map(keyOf))],
  ['BR-*-08', (t) => t.breakdown.every((b) => value(b.basis) === basisOf(t, keyOf(b)))],
  ['BR-S/Z/E/AE-02', (t) => only(t, 'O') || some(t.seller.vatId) || some(t.seller.taxNumber)],
  ['BR-AE-02', (t) => !has(t, 'AE') || some(t.buyer.vatId) || some(t.buyer.registration)],
  ['BR-O-02', (t) => !has(t, 'O') || (t.seller.vatId === null && t.buyer.vatId === null)],
  ['BR-S-05', (t) => rates(t, 'S').every((rate) => value(rate) > 0n)],
  [
    'BR-Z/E/AE-05',
    (t) => ['Z', 'E', 'AE'].every((c) => rates(t, c).every((r) => some(r) && value(r) === 0n)),
  ],
  ['BR-O-05', (t) => rates(t, 'O').every((rate) => rate === null)],
  ['BR-Z/E/AE/O-09', (t) => t.breakdown.every((b) => b.category === 'S' || value(b.amount) === 0n)],
  [
    'BR-S/Z/E/AE/O-10',
    (t) =>
      t.breakdown.every(({ category, reason, reasonCode }) =>
        category === 'S' || category === 'Z'
          ? reason === null && reasonCode === null
          : some(reason) || some(reasonCode),
      ),
  ],
  ['BR-O-11', (t) => !has(t, 'O') || t.breakdown.length === 1],
]

/** Peppol's, not the norm's, but every receiver computes it: net = quantity × price ÷ base, within two hundredths. */
const PRICES: Rule = [
  'PEPPOL-EN16931-R120',
  (t) =>
    t.lines.every(({ quantity, price, base, net, unit, baseUnit }) => {
      const off = value(quantity) * value(price) - value(net) * value(base)
      const allowed = value('0.02') * value(base)
      return value(base) > 0n && unit === baseUnit && off <= allowed && -off <= allowed
    }),
]

const RULES = [...MANDATORY, TWO_DIGITS, ...CONDITIONS, ...CATEGORIES, PRICES]

function isRateOfBasis({ basis, rate, amount }: Terms['breakdown'][number]): boolean {
  const off = value(amount) * value('100') - value(basis) * value(rate)
  const unit = value('100') * value('1')
  return off < unit && off > -unit
}

function keyOf({ category, rate }: Category): string {
  return `${category} ${rate === null ? '' : formatDecimal(value(rate))}`
}

function used(terms: Terms): string[] {
  return [...terms.lines, ...terms.allowances].map(keyOf)
}

function basisOf(terms: Terms, key: string): bigint {
  const nets = terms.lines.filter((line) => keyOf(line) === key).map(({ net }) => net)
  const off = terms.allowances.filter((a) => keyOf(a) === key).map(({ amount }) => amount)
  return total(nets) - total(off)
}

function rates(terms: Terms, category: string): (string | null)[] {
  return [...terms.lines, ...terms.allowances, ...terms.breakdown]
    .filter((entry) => entry.category === category)
    .map(({ rate }) => rate)
}

function has(terms: Terms, category: string): boolean {
  return terms.breakdown.some((entry) => entry.category === category)
}

function only(terms: Terms, category: string): boolean {
  return terms.breakdown.every((entry) => entry.category === category)
}

function hasCountry({ vatId }: PartyTerms): boolean {
  return /^[A-Z]{2}/.test(vatId ?? '')
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return new Set(a).size === new Set(b).size && a.every((key) => b.includes(key))
}

function unique(keys: readonly string[]): boolean {
  return new Set(keys).size === keys.length
}
