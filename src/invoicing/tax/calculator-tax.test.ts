import { expect, it } from 'vitest'
import { calculate } from '#src/pricing/calculator.ts'
import { calculatorTax } from './calculator-tax.ts'

const PRICING = `
version: "1"
effectiveDate: "2025-01-01T00:00:00Z"
meteringWindow: monthly
roundingRule: nearest
tiers:
  - { id: flat, basePrice: 100, currency: EUR }
tax: { sellerCountry: DE }
`

function taxOf(customer: Record<string, string>) {
  const period = { start: '2026-02-01T00:00:00Z', end: '2026-03-01T00:00:00Z' }
  const usage = JSON.stringify({ plan: 'flat', period, customer, usage: {} })
  const [line] = calculate(PRICING, usage, calculatorTax).tax
  return [line?.jurisdiction, line?.rate, line?.amountMinor]
}

it('applies the rules of the seller’s country in the calculator', () => {
  expect(taxOf({ country: 'DE' })).toEqual(['DE', '0.19', '1900'])
  expect(taxOf({ country: 'FR' })).toEqual(['FR', '0.2', '2000'])
  expect(taxOf({ country: 'FR', taxId: 'FR83404833048' })).toEqual(['FR', '0', '0'])
  expect(taxOf({ country: 'FR', taxId: 'FR00000000001' })).toEqual(['FR', '0.2', '2000'])
  expect(taxOf({ country: 'CH' })).toEqual(['CH', '0', '0'])
})
