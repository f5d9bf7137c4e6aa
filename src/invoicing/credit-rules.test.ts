import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sumMinor } from '#src/kernel/money.ts'
import { revenueShare, taxShare } from './credit-rules.ts'

const amount = fc.bigInt(0n, 10n ** 12n)

describe('what credit notes take back', () => {
  it('takes back exactly the whole tax and revenue by any number of notes, and never more', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt(1n, 10n ** 9n), { minLength: 1, maxLength: 6 }),
        fc.array(amount, { maxLength: 3 }),
        fc.array(fc.bigInt(-1000n, 10n ** 9n), { maxLength: 3 }),
        (notes, taxes, kinds) => {
          const subtotalMinor = sumMinor(notes)
          const parts = [...kinds, subtotalMinor - sumMinor(kinds)].map((amountMinor, key) => ({
            key,
            amountMinor,
          }))
          const taxParts = taxes.map((amountMinor, key) => ({ key, amountMinor }))
          const credited = { tax: taxes.map(() => 0n), revenue: parts.map(() => 0n) }
          let earlierMinor = 0n
          for (const netMinor of notes) {
            const net = { subtotalMinor, earlierMinor, netMinor }
            const tax = taxShare(taxParts, net)
            const revenue = revenueShare(parts, net)
            expect(tax.every(({ amountMinor }) => amountMinor >= 0n)).toBe(true)
            expect(sumMinor(revenue.map(({ amountMinor }) => amountMinor))).toBe(netMinor)
            for (const { key, amountMinor } of tax)
              credited.tax[key] = (credited.tax[key] ?? 0n) + amountMinor
            for (const { key, amountMinor } of revenue)
              credited.revenue[key] = (credited.revenue[key] ?? 0n) + amountMinor
            earlierMinor += netMinor
          }
          expect(credited.tax).toEqual(taxes)
          expect(sumMinor(credited.revenue)).toBe(subtotalMinor)
        },
      ),
    )
  })

  it('splits the tax of account 1047 in proportion', () => {
    const taxes = [{ key: 'DE', amountMinor: 4996n }]
    const net = { subtotalMinor: 26295n, earlierMinor: 0n, netMinor: 10000n }
    expect(taxShare(taxes, net)).toEqual([{ key: 'DE', amountMinor: 1900n }])
  })
})
