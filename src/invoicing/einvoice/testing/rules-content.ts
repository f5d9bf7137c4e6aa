import { isCountry } from '#src/kernel/country.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { some, value, type Rule } from './rule.ts'
import type { PartyTerms, Span, Terms } from './terms.ts'

/** What must be there. */
export const MANDATORY: readonly Rule[] = [
  ['BR-01', (t) => t.specification === 'urn:cen.eu:en16931:2017'],
  ['BR-02', (t) => some(t.number)],
  ['BR-03', (t) => isDay(t.issueDate)],
  ['BR-04', (t) => some(t.typeCode)],
  ['BR-05', (t) => some(t.currency)],
  ['BR-06', (t) => some(t.seller.name)],
  ['BR-07', (t) => some(t.buyer.name)],
  ['BR-08', (t) => t.seller.address !== null],
  ['BR-09', (t) => some(t.seller.country)],
  ['BR-10', (t) => t.buyer.address !== null || some(t.buyer.country)],
  ['BR-11', (t) => some(t.buyer.country)],
  ['BR-12', (t) => some(t.sums.lines)],
  ['BR-13', (t) => some(t.sums.net)],
  ['BR-14', (t) => some(t.sums.gross)],
  ['BR-15', (t) => some(t.sums.due)],
  ['BR-16', (t) => t.lines.length > 0],
  ['BR-21', (t) => t.lines.every(({ id }) => some(id)) && unique(t.lines.map(({ id }) => id))],
  ['BR-22', (t) => t.lines.every(({ quantity }) => some(quantity))],
  ['BR-23', (t) => t.lines.every(({ unit }) => some(unit))],
  ['BR-24', (t) => t.lines.every(({ net }) => some(net))],
  ['BR-25', (t) => t.lines.every(({ name }) => some(name))],
  ['BR-26', (t) => t.lines.every(({ price }) => some(price))],
  ['BR-27', (t) => t.lines.every(({ price }) => value(price) >= 0n)],
  ['BR-29', (t) => inOrder(t.period)],
  ['BR-30', (t) => t.lines.every(({ period }) => inOrder(period))],
  ['BR-31', (t) => t.allowances.every(({ amount }) => some(amount))],
  ['BR-32', (t) => t.allowances.every(({ category }) => some(category))],
  [
    'BR-33',
    (t) => t.allowances.every(({ reason, reasonCode }) => some(reason) || some(reasonCode)),
  ],
  ['BR-45', (t) => t.breakdown.every(({ basis }) => some(basis))],
  ['BR-46', (t) => t.breakdown.every(({ amount }) => some(amount))],
  ['BR-47', (t) => t.breakdown.every(({ category }) => some(category))],
  ['BR-48', (t) => t.breakdown.every(({ rate, category }) => some(rate) || category === 'O')],
  ['BR-49', (t) => t.payment === null || some(t.payment.code)],
  ['BR-55', (t) => t.preceding === null || some(t.preceding.number)],
  ['BR-61', (t) => !isTransfer(t) || some(t.payment?.account)],
  ['BR-62', (t) => addressed(t.seller)],
  ['BR-63', (t) => addressed(t.buyer)],
]

// Source: the code lists of EN 16931-1, as far as we use them; a code that is none of ours is a mistake of ours.
const ALLOWANCE_REASONS = [
  '41',
  '42',
  '60',
  '62',
  '63',
  '64',
  '65',
  '66',
  '67',
  '68',
  '70',
  '71',
  '88',
  '95',
  '100',
  '102',
  '103',
  '104',
  '105',
]
const EXEMPTIONS = ['VATEX-EU-AE', 'VATEX-EU-O', 'VATEX-EU-G', 'VATEX-EU-IC']
const UNITS = ['C62', 'E34', 'E35', '4L', 'AD', 'HUR', 'MIN', 'SEC', 'KWH', 'DAY', 'MON', 'ANN']
const CATEGORIES = ['S', 'Z', 'E', 'AE', 'K', 'G', 'O', 'L', 'M']

/** What a code may be. */
export const CODES: readonly Rule[] = [
  ['BR-CL-01', (t) => t.typeCode === '380' || t.typeCode === '381'],
  ['BR-CL-04', (t) => isCurrency(t.currency)],
  ['BR-CL-14', (t) => [t.seller, t.buyer].every(({ country }) => isTaxCountry(country))],
  ['BR-CL-16', (t) => ['1', '30', '48', '58'].includes(t.payment?.code ?? '1')],
  ['BR-CL-17', (t) => t.breakdown.every(({ category }) => known(CATEGORIES, category))],
  ['BR-CL-18', (t) => t.lines.every(({ category }) => known(CATEGORIES, category))],
  ['BR-CL-19', (t) => t.allowances.every((a) => known(ALLOWANCE_REASONS, a.reasonCode))],
  ['BR-CL-22', (t) => t.breakdown.every((b) => known(EXEMPTIONS, b.reasonCode))],
  [
    'BR-CL-23',
    (t) => t.lines.every(({ unit, baseUnit }) => known(UNITS, unit) && known(UNITS, baseUnit)),
  ],
  ['BR-CL-25', (t) => [t.seller, t.buyer].every((p) => known(['EM'], p.endpointScheme))],
]

function known(codes: readonly string[], code: string | null): boolean {
  return code === null || codes.includes(code)
}

function isCurrency(text: string | null): boolean {
  try {
    return text === parseCurrency(text ?? '')
  } catch {
    return false
  }
}

function isTaxCountry(country: string | null): boolean {
  return country === null || isCountry(country) || country === 'XI'
}

function isTransfer({ payment }: Terms): boolean {
  return payment?.code === '30' || payment?.code === '58'
}

function addressed({ endpoint, endpointScheme }: PartyTerms): boolean {
  return endpoint === null || some(endpointScheme)
}

function isDay(text: string | null): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text ?? '')
}

function inOrder(span: Span | null): boolean {
  return (
    span === null ||
    (isDay(span.start) && isDay(span.end) && (span.start ?? '') <= (span.end ?? ''))
  )
}

function unique(texts: readonly (string | null)[]): boolean {
  return new Set(texts).size === texts.length
}
