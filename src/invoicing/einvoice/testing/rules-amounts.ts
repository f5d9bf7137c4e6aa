import { some, total, value, type Rule } from './rule.ts'
import type { PartyTerms, Terms } from './terms.ts'

/** How fields depend on each other, sums first of all. */
export const CONDITIONS: readonly Rule[] = [
  ['BR-CO-04', (t) => t.lines.every(({ category }) => some(category))],
  ['BR-CO-09', (t) => [t.seller, t.buyer].every((p) => !some(p.vatId) || hasCountry(p))],
  ['BR-CO-10', ({ sums, lines }) => value(sums.lines) === total(lines.map(({ net }) => net))],
  [
    'BR-CO-11',
    ({ sums, allowances }) =>
      value(sums.allowances) === total(allowances.map(({ amount }) => amount)),
  ],
  ['BR-CO-13', ({ sums: s }) => value(s.net) === value(s.lines) - value(s.allowances)],
  ['BR-CO-14', ({ sums, breakdown }) => value(sums.tax) === total(breakdown.map((b) => b.amount))],
  ['BR-CO-15', ({ sums: s }) => value(s.gross) === value(s.net) + value(s.tax)],
  ['BR-CO-16', ({ sums: s }) => value(s.due) === value(s.gross)],
  ['BR-CO-17', (t) => t.breakdown.every(isRateOfBasis)],
  ['BR-CO-18', (t) => t.breakdown.length > 0],
  ['BR-CO-21', (t) => t.allowances.every((a) => some(a.reason) || some(a.reasonCode))],
  ['BR-CO-25', (t) => value(t.sums.due) <= 0n || some(t.dueDate) || some(t.paymentTerms)],
  ['BR-CO-26', ({ seller: s }) => [s.identifier, s.registration, s.vatId].some(some)],
]

/** Two digits after the point at most. */
export const DIGITS: readonly Rule[] = [
  ['BR-DEC-01', (t) => t.allowances.every(({ amount }) => isAmount(amount))],
  ['BR-DEC-09', (t) => isAmount(t.sums.lines)],
  ['BR-DEC-10', (t) => isAmount(t.sums.allowances)],
  ['BR-DEC-12', (t) => isAmount(t.sums.net)],
  ['BR-DEC-13', (t) => isAmount(t.sums.tax)],
  ['BR-DEC-14', (t) => isAmount(t.sums.gross)],
  ['BR-DEC-18', (t) => isAmount(t.sums.due)],
  ['BR-DEC-19', (t) => t.breakdown.every(({ basis }) => isAmount(basis))],
  ['BR-DEC-20', (t) => t.breakdown.every(({ amount }) => isAmount(amount))],
  ['BR-DEC-23', (t) => t.lines.every(({ net }) => isAmount(net))],
]

/** Peppol's, not the norm's, but every receiver computes it: net = quantity × price ÷ base, within two hundredths. */
export const PRICES: readonly Rule[] = [
  ['PEPPOL-EN16931-R120', (t) => t.lines.every(multiplies)],
  ['PEPPOL-EN16931-R121', (t) => t.lines.every(({ base }) => value(base) > 0n)],
  ['PEPPOL-EN16931-R130', (t) => t.lines.every(({ unit, baseUnit }) => unit === baseUnit)],
]

function isAmount(text: string | null): boolean {
  return text === null || /^-?\d+(\.\d{1,2})?$/.test(text)
}

function multiplies({ quantity, price, net, base }: Terms['lines'][number]): boolean {
  const off = value(quantity) * value(price) - value(net) * value(base)
  const allowed = value('0.02') * value(base)
  return off <= allowed && -off <= allowed
}

/** With the one unit of tolerance that the official validation gives it. */
function isRateOfBasis({ basis, rate, amount }: Terms['breakdown'][number]): boolean {
  const off = value(amount) * value('100') - value(basis) * value(rate)
  const unit = value('100') * value('1')
  return off < unit && off > -unit
}

function hasCountry({ vatId }: PartyTerms): boolean {
  return /^[A-Z]{2}/.test(vatId ?? '')
}
