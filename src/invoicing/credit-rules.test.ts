import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sumMinor } from '#src/kernel/money.ts'
import { lineShare, taxShare } from './credit-rules.ts'

const amount = fc.bigInt(0n, 10n ** 12n)

describe('what credit notes take back', () => {
  it('takes back exactly the whole tax by any number of notes, and never more', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt(1n, 10n ** 9n), { minLength: 1, maxLength: 6 }),
        fc.array(amount, { maxLength: 3 }),
        (notes, taxes) => {
          const subtotalMinor = sumMinor(notes)
          const parts = taxes.map((amountMinor, key) => ({ key, amountMinor }))
          const credited = taxes.map(() => 0n)
          let earlierMinor = 0n
          for (const netMinor of notes) {
            const shares = taxShare(parts, { subtotalMinor, earlierMinor, netMinor })
            expect(shares.every(({ amountMinor }) => amountMinor >= 0n)).toBe(true)
            for (const { key, amountMinor } of shares)
              credited[key] = (credited[key] ?? 0n) + amountMinor
            earlierMinor += netMinor
          }
          expect(credited).toEqual(taxes)
        },
      ),
    )
  })

  it('takes no more of a line than it has left, discounts along, and the whole rest whole', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt(-2000n, 5000n), { minLength: 1, maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 5 }),
        (lines, percentages) => {
          let left = lines.map((amountMinor, key) => ({ key, amountMinor }))
          fc.pre(sumMinor(lines) > 0n)
          for (const percentage of [...percentages, 100]) {
            const wholeMinor = sumMinor(left.map(({ amountMinor }) => amountMinor))
            const netMinor = (wholeMinor * BigInt(percentage)) / 100n
            if (netMinor === 0n) continue
            const shares = lineShare(left, netMinor)
            expect(sumMinor(shares.map(({ amountMinor }) => amountMinor))).toBe(netMinor)
            left = left.map(({ key, amountMinor }, index) => {
              const share = shares[index]?.amountMinor ?? 0n
              expect(share * amountMinor >= 0n).toBe(true)
              expect(amountMinor < 0n ? share >= amountMinor : share <= amountMinor).toBe(true)
              return { key, amountMinor: amountMinor - share }
            })
          }
          expect(left.every(({ amountMinor }) => amountMinor === 0n)).toBe(true)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('splits the tax of account 1047 in proportion', () => {
    const taxes = [{ key: 'DE', amountMinor: 4996n }]
    const net = { subtotalMinor: 26295n, earlierMinor: 0n, netMinor: 10000n }
    expect(taxShare(taxes, net)).toEqual([{ key: 'DE', amountMinor: 1900n }])
  })
})
