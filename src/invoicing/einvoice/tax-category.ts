import { formatDecimal, ZERO, type Decimal } from '#src/kernel/decimal.ts'
import { unreachable } from '#src/kernel/errors.ts'
import type { DraftTax } from '../decision.ts'

/** VAT category in the terms of EN 16931: BT-118 to BT-121, and the same for every line. */
export interface TaxCategory {
  /** UNCL 5305: standard, zero, exempt, reverse charge, outside the scope of tax; Canary Islands, Ceuta and Melilla. */
  readonly code: 'S' | 'Z' | 'E' | 'AE' | 'O' | 'L' | 'M'
  /** BT-119; null outside the scope of tax, which has no rate. */
  readonly percent: string | null
  /** BT-120 */
  readonly reason: string | null
  /** BT-121, of the VATEX list. */
  readonly reasonCode: string | null
}

type Tax = Pick<DraftTax, 'jurisdiction' | 'rate' | 'note' | 'treatment'>

const OUTSIDE = { code: 'O', percent: null, reasonCode: 'VATEX-EU-O' } as const

/**
 * The one category of an invoice, of its taxes and their treatment (tax/rules.ts decides it).
 * EN 16931 has no two taxes on one net amount: their rates add up to one, and the notes name each.
 * A service to a place outside the EU is not an export: it is outside the scope of tax, O, not G.
 */
export function taxCategory(taxes: readonly Tax[]): TaxCategory {
  const rate = taxes.reduce((sum, tax) => sum + tax.rate, 0n) as Decimal
  if (rate !== ZERO)
    return { code: ratedCode(taxes), percent: percentText(rate), reason: null, reasonCode: null }
  const [tax] = taxes
  if (!tax) return { ...OUTSIDE, reason: 'Not subject to VAT' }
  const { note } = tax
  switch (tax.treatment) {
    case 'taxed':
      return { code: 'Z', percent: '0', reason: null, reasonCode: null }
    case 'reverse_charge':
      return { code: 'AE', percent: '0', reason: note, reasonCode: 'VATEX-EU-AE' }
    case 'exempt':
      return { code: 'E', percent: '0', reason: note, reasonCode: null }
    case 'outside_scope':
      return { ...OUTSIDE, reason: note ?? 'Not subject to VAT' }
    default:
      return unreachable(tax.treatment)
  }
}

/** The taxes of the Canary Islands (IGIC) and of Ceuta and Melilla (IPSI) have codes of their own. */
function ratedCode(taxes: readonly Tax[]): 'S' | 'L' | 'M' {
  const places = new Set(taxes.map(({ jurisdiction }) => jurisdiction))
  if (places.has('ES-CN')) return 'L'
  return places.has('ES-CE') || places.has('ES-ML') ? 'M' : 'S'
}

/** "25.5" of the fraction 0.255. */
export function percentText(rate: Decimal): string {
  return formatDecimal((rate * 100n) as Decimal)
}
