import { describe, expect, it } from 'vitest'
import { sampleInvoice } from '../testing/sample-invoice.ts'
import { invoiceFor, invoiceTerms, line } from './testing/documents.ts'
import { brokenRules, RULES } from './testing/rules.ts'
import type { PartyTerms, Terms } from './testing/terms.ts'

/** One document with everything that rules speak of: a coupon, a bank account, a line of another period. */
const VALID = invoiceTerms({
  ...invoiceFor({}, [
    ...sampleInvoice().lines,
    line({ kind: 'coupon', description: 'SPRING', amountMinor: -783n }),
  ]),
})
const [LINE] = VALID.lines
const [ROW] = VALID.breakdown
const [OFF] = VALID.allowances
if (!LINE || !ROW || !OFF) throw new Error('the sample has a line, a tax and a coupon')

type Change = (terms: Terms) => Terms
type Part<T> = T extends readonly (infer Item)[] ? Partial<Item> : never

const invoice =
  (changes: Partial<Terms>): Change =>
  (t) => ({ ...t, ...changes })
const sums =
  (changes: Partial<Terms['sums']>): Change =>
  (t) => ({ ...t, sums: { ...t.sums, ...changes } })
const seller =
  (changes: Partial<PartyTerms>): Change =>
  (t) => ({ ...t, seller: { ...t.seller, ...changes } })
const buyer =
  (changes: Partial<PartyTerms>): Change =>
  (t) => ({ ...t, buyer: { ...t.buyer, ...changes } })
const first =
  (changes: Part<Terms['lines']>): Change =>
  (t) => ({
    ...t,
    lines: t.lines.map((one, index) => (index === 0 ? { ...one, ...changes } : one)),
  })
const coupon =
  (changes: Part<Terms['allowances']>): Change =>
  (t) => ({
    ...t,
    allowances: t.allowances.map((one) => ({ ...one, ...changes })),
  })
const row =
  (changes: Part<Terms['breakdown']>): Change =>
  (t) => ({
    ...t,
    breakdown: t.breakdown.map((one) => ({ ...one, ...changes })),
  })
const payment =
  (changes: Partial<NonNullable<Terms['payment']>>): Change =>
  (t) => ({
    ...t,
    payment: t.payment && { ...t.payment, ...changes },
  })
const both =
  (...changes: readonly Change[]): Change =>
  (t) =>
    changes.reduce((terms, change) => change(terms), t)

/** The whole document in another category, so that its rules apply and hold. */
const inCategory = (category: string, rate: string | null, reason: string | null): Change =>
  both(
    (t) => ({ ...t, lines: t.lines.map((one) => ({ ...one, category, rate })) }),
    coupon({ category, rate }),
    row({ category, rate, reason, reasonCode: null, amount: '0' }),
    (t) => ({ ...t, sums: { ...t.sums, tax: '0', gross: t.sums.net, due: t.sums.net } }),
  )
const vatIds = both(seller({ vatId: 'DE123456788' }), buyer({ vatId: 'FR40303265045' }))
const BASES: Readonly<Record<string, Change>> = {
  S: (t) => t,
  Z: inCategory('Z', '0', null),
  E: inCategory('E', '0', 'Exempt'),
  AE: both(inCategory('AE', '0', 'Reverse charge'), vatIds),
  G: inCategory('G', '0', 'Export'),
  IC: both(inCategory('K', '0', 'Intra-community'), vatIds),
  O: both(
    inCategory('O', null, 'Outside the scope'),
    seller({ vatId: null, taxNumber: '1', identifier: '1' }),
  ),
  IG: both(inCategory('L', '0', null)),
  IP: both(inCategory('M', '0', null)),
}

const noNumbers = { vatId: null, taxNumber: null, identifier: 'x' }
const wrongParties: Readonly<Record<string, Change>> = {
  S: seller(noNumbers),
  Z: seller(noNumbers),
  E: seller(noNumbers),
  AE: buyer({ vatId: null, registration: null }),
  G: seller({ ...noNumbers, taxNumber: '1' }),
  IC: buyer({ vatId: null }),
  O: seller({ vatId: 'DE123456788' }),
  IG: seller(noNumbers),
  IP: seller(noNumbers),
}

/** What breaks each rule of a category. */
function categoryBreaks(name: string): [string, Change][] {
  const base = BASES[name] ?? ((t) => t)
  const reasoned = ['E', 'AE', 'G', 'IC', 'O'].includes(name)
  return [
    [`BR-${name}-01`, invoice({ breakdown: [] })],
    [`BR-${name}-02`, wrongParties[name] ?? ((t) => t)],
    [
      `BR-${name}-05`,
      first({ rate: name === 'S' ? '0' : ['IG', 'IP'].includes(name) ? '-1' : '7' }),
    ],
    [`BR-${name}-08`, row({ basis: '1.00' })],
    ...(['S', 'IG', 'IP'].includes(name)
      ? []
      : ([[`BR-${name}-09`, row({ amount: '1.00' })]] as [string, Change][])),
    [`BR-${name}-10`, row(reasoned ? { reason: null, reasonCode: null } : { reason: 'why' })],
  ].map(([id, change]) => [id, both(base, change as Change)] as [string, Change])
}

const BREAKS: readonly (readonly [string, Change])[] = [
  ['BR-01', invoice({ specification: 'urn:other' })],
  ['BR-02', invoice({ number: null })],
  ['BR-03', invoice({ issueDate: '1.3.2026' })],
  ['BR-04', invoice({ typeCode: null })],
  ['BR-05', invoice({ currency: null })],
  ['BR-06', seller({ name: ' ' })],
  ['BR-07', buyer({ name: null })],
  ['BR-08', seller({ address: null })],
  ['BR-09', seller({ country: null })],
  ['BR-10', buyer({ address: null, country: null })],
  ['BR-11', buyer({ country: null })],
  ['BR-12', sums({ lines: null })],
  ['BR-13', sums({ net: null })],
  ['BR-14', sums({ gross: null })],
  ['BR-15', sums({ due: null })],
  ['BR-16', invoice({ lines: [] })],
  ['BR-21', first({ id: '2' })],
  ['BR-22', first({ quantity: null })],
  ['BR-23', first({ unit: null })],
  ['BR-24', first({ net: null })],
  ['BR-25', first({ name: '' })],
  ['BR-26', first({ price: null })],
  ['BR-27', first({ price: '-1' })],
  ['BR-29', invoice({ period: { start: '2026-03-01', end: '2026-02-01' } })],
  ['BR-30', first({ period: { start: '2026-02-01', end: null } })],
  ['BR-31', coupon({ amount: null })],
  ['BR-32', coupon({ category: null })],
  ['BR-33', coupon({ reason: null, reasonCode: null })],
  ['BR-45', row({ basis: null })],
  ['BR-46', row({ amount: null })],
  ['BR-47', row({ category: null })],
  ['BR-48', row({ rate: null })],
  ['BR-49', payment({ code: null })],
  ['BR-55', invoice({ preceding: { number: null, issueDate: null } })],
  ['BR-61', payment({ account: null })],
  ['BR-62', seller({ endpointScheme: null })],
  ['BR-63', buyer({ endpointScheme: null })],
  ['BR-CL-01', invoice({ typeCode: '384' })],
  ['BR-CL-04', invoice({ currency: 'EURO' })],
  ['BR-CL-14', buyer({ country: 'UK' })],
  ['BR-CL-16', payment({ code: '99' })],
  ['BR-CL-17', row({ category: 'X' })],
  ['BR-CL-18', first({ category: 'X' })],
  ['BR-CL-19', coupon({ reasonCode: '1' })],
  ['BR-CL-22', row({ reasonCode: 'VATEX-EU' })],
  ['BR-CL-23', first({ unit: 'pieces' })],
  ['BR-CL-25', seller({ endpointScheme: 'MAIL' })],
  ['BR-DEC-01', coupon({ amount: '7.830' })],
  ['BR-DEC-09', sums({ lines: '270.780' })],
  ['BR-DEC-10', sums({ allowances: '7.830' })],
  ['BR-DEC-12', sums({ net: '1.000' })],
  ['BR-DEC-13', sums({ tax: '1.000' })],
  ['BR-DEC-14', sums({ gross: '1.000' })],
  ['BR-DEC-18', sums({ due: '1.000' })],
  ['BR-DEC-19', row({ basis: '1.000' })],
  ['BR-DEC-20', row({ amount: '1.000' })],
  ['BR-DEC-23', first({ net: '0.000' })],
  ['BR-CO-04', first({ category: null })],
  ['BR-CO-09', seller({ vatId: '123456788' })],
  ['BR-CO-10', first({ net: '0.01' })],
  ['BR-CO-11', coupon({ amount: '7.82' })],
  ['BR-CO-13', sums({ net: '255.13' })],
  ['BR-CO-14', sums({ tax: '0.01' })],
  ['BR-CO-15', sums({ gross: '0.01' })],
  ['BR-CO-16', sums({ due: '0.01' })],
  ['BR-CO-17', row({ rate: '7' })],
  ['BR-CO-18', invoice({ breakdown: [] })],
  ['BR-CO-21', coupon({ reason: null, reasonCode: null })],
  ['BR-CO-25', invoice({ dueDate: null, paymentTerms: null })],
  ['BR-CO-26', seller({ vatId: null, identifier: null, registration: null })],
  ...Object.keys(BASES).flatMap(categoryBreaks),
  ['BR-O-11', both(BASES['O'] ?? ((t) => t), (t) => ({ ...t, breakdown: [...t.breakdown, ROW] }))],
  ['BR-O-12', both(BASES['O'] ?? ((t) => t), first({ category: 'S', rate: '19' }))],
  ['BR-O-13', both(BASES['O'] ?? ((t) => t), coupon({ category: 'S', rate: '19' }))],
  ['PEPPOL-EN16931-R120', first({ quantity: '7', price: '7' })],
  ['PEPPOL-EN16931-R121', first({ base: '0' })],
  ['PEPPOL-EN16931-R130', first({ baseUnit: 'HUR' })],
]

describe('the rules that e-invoices are held against', () => {
  it('hold for the document that is broken below', () => {
    expect(brokenRules(VALID)).toEqual([])
  })

  it.each(Object.entries(BASES))('hold for a document in category %s', (_name, base) => {
    expect(brokenRules(base(VALID))).toEqual([])
  })

  it.each(BREAKS)('%s is noticed when it is broken', (id, change) => {
    expect(brokenRules(change(VALID))).toContain(id)
  })

  it('are each broken once', () => {
    expect(RULES.map(([id]) => id).sort()).toEqual(BREAKS.map(([id]) => id).sort())
  })
})
