import { formatDecimal } from '#src/kernel/decimal.ts'
import { some, total, value, type Rule } from './rule.ts'
import type { Category, Terms } from './terms.ts'

interface CategoryRules {
  /** As rule identifiers name it. */
  readonly name: string
  /** UNCL 5305 */
  readonly code: string
  /** -02: the numbers that the two parties must have, or must not. */
  readonly parties: (terms: Terms) => boolean
  /** -05: what the rate may be. */
  readonly rate: (rate: string | null) => boolean
  /** -09: whether there is tax at all, and -10: whether the reason of there being none must stand. */
  readonly taxed: boolean
  readonly reasoned: boolean
}

const sellerKnown = ({ seller: s }: Terms) => some(s.vatId) || some(s.taxNumber)
const zero = (rate: string | null) => some(rate) && value(rate) === 0n
const free = { rate: zero, taxed: false }

const TABLE: readonly CategoryRules[] = [
  {
    name: 'S',
    code: 'S',
    parties: sellerKnown,
    rate: (r) => value(r) > 0n,
    taxed: true,
    reasoned: false,
  },
  { name: 'Z', code: 'Z', parties: sellerKnown, ...free, reasoned: false },
  { name: 'E', code: 'E', parties: sellerKnown, ...free, reasoned: true },
  {
    name: 'AE',
    code: 'AE',
    parties: (t) => sellerKnown(t) && (some(t.buyer.vatId) || some(t.buyer.registration)),
    ...free,
    reasoned: true,
  },
  { name: 'G', code: 'G', parties: ({ seller }) => some(seller.vatId), ...free, reasoned: true },
  {
    name: 'IC',
    code: 'K',
    parties: ({ seller, buyer }) => some(seller.vatId) && some(buyer.vatId),
    ...free,
    reasoned: true,
  },
  {
    name: 'O',
    code: 'O',
    parties: ({ seller, buyer }) => seller.vatId === null && buyer.vatId === null,
    rate: (rate) => rate === null,
    taxed: false,
    reasoned: true,
  },
  {
    name: 'IG',
    code: 'L',
    parties: sellerKnown,
    rate: (r) => some(r) && value(r) >= 0n,
    taxed: true,
    reasoned: false,
  },
  {
    name: 'IP',
    code: 'M',
    parties: sellerKnown,
    rate: (r) => some(r) && value(r) >= 0n,
    taxed: true,
    reasoned: false,
  },
]

/** BR-S-01 to BR-IP-10, and what O shuts out. */
export const CATEGORIES: readonly Rule[] = [
  ...TABLE.flatMap(rulesOf),
  ['BR-O-11', (t) => !has(t, 'O') || t.breakdown.length === 1],
  ['BR-O-12', (t) => !has(t, 'O') || t.lines.every(({ category }) => category === 'O')],
  ['BR-O-13', (t) => !has(t, 'O') || t.allowances.every(({ category }) => category === 'O')],
]

function rulesOf({ name, code, parties, rate, taxed, reasoned }: CategoryRules): Rule[] {
  const rows = (t: Terms) => t.breakdown.filter(({ category }) => category === code)
  const items = (t: Terms) => [...t.lines, ...t.allowances].filter((i) => i.category === code)
  const used = (t: Terms) => items(t).length > 0
  const untaxed: Rule = [
    `BR-${name}-09`,
    (t) => rows(t).every(({ amount }) => value(amount) === 0n),
  ]
  return [
    [`BR-${name}-01`, (t) => !used(t) || (taxed ? rows(t).length > 0 : rows(t).length === 1)],
    [`BR-${name}-02`, (t) => !used(t) || parties(t)],
    [`BR-${name}-05`, (t) => items(t).every((item) => rate(item.rate))],
    [`BR-${name}-08`, (t) => rows(t).every((row) => value(row.basis) === basisOf(t, keyOf(row)))],
    ...(taxed ? [] : [untaxed]),
    [
      `BR-${name}-10`,
      (t) =>
        rows(t).every(({ reason, reasonCode }) =>
          reasoned ? some(reason) || some(reasonCode) : reason === null && reasonCode === null,
        ),
    ],
  ]
}

function keyOf({ category, rate }: Category): string {
  return `${category} ${rate === null ? '' : formatDecimal(value(rate))}`
}

function basisOf(terms: Terms, key: string): bigint {
  const nets = terms.lines.filter((line) => keyOf(line) === key).map(({ net }) => net)
  const off = terms.allowances.filter((a) => keyOf(a) === key).map(({ amount }) => amount)
  return total(nets) - total(off)
}

function has(terms: Terms, category: string): boolean {
  return terms.breakdown.some((entry) => entry.category === category)
}
