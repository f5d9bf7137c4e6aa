import fc from 'fast-check'
import { expect, it } from 'vitest'
import { currencyDigits, parseCurrency } from './currency.ts'
import { addMoney, formatMinor, formatMoney, money, splitMinor, sumMinor } from './money.ts'

const EUR = parseCurrency('EUR')

it('splits without losing or making a minor unit, and fairly to one', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
      fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 40 }),
      (total, weights) => {
        fc.pre(weights.some((weight) => weight > 0n))
        const parts = splitMinor(total, weights)
        const sum = sumMinor(weights)
        expect(sumMinor(parts)).toBe(total)
        for (const [index, part] of parts.entries()) {
          const off = part * sum - total * (weights[index] ?? 0n)
          expect(off < sum && off > -sum).toBe(true)
        }
      },
    ),
  )
})

it('gives the remainder to the largest fraction, the earliest first', () => {
  expect(splitMinor(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n])
  expect(splitMinor(-100n, [1n, 1n, 1n])).toEqual([-34n, -33n, -33n])
})

it.each([
  ['JPY', 0],
  ['EUR', 2],
  ['KWD', 3],
  ['CLF', 4],
  ['ISK', 0],
  ['HUF', 2],
])('%s has %i digits', (code, digits) => {
  expect(currencyDigits(parseCurrency(code))).toBe(digits)
})

it('refuses what is no currency, naming the field', () => {
  expect(() => parseCurrency('EURO', 'tiers[0].currency')).toThrow(/tiers\[0\]\.currency/)
})

it('prints minor units with the currency’s own digits', () => {
  expect(formatMinor(31291n, EUR)).toBe('312.91')
  expect(formatMinor(-5n, EUR)).toBe('-0.05')
  expect(formatMinor(500n, parseCurrency('JPY'))).toBe('500')
  expect(formatMinor(1n, parseCurrency('KWD'))).toBe('0.001')
  expect(formatMoney(money(31291n, EUR), 'de')).toBe('312,91\u00a0€')
  expect(formatMoney(money(9_007_199_254_740_993_12n, EUR), 'en')).toBe('€9,007,199,254,740,993.12')
})

it('never adds two currencies', () => {
  expect(() => addMoney(money(1n, EUR), money(1n, parseCurrency('USD')))).toThrow(/EUR and USD/)
})
