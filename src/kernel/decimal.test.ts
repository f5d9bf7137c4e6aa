import { BigNumber } from 'bignumber.js'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { formatDecimal, parseDecimal, type Decimal } from './decimal.ts'
import {
  addExact,
  compareExact,
  exactOf,
  exactRatio,
  formatExact,
  multiplyExact,
  roundToMinor,
  type RoundingRule,
} from './exact.ts'

const decimals = fc
  .bigInt({ min: -(10n ** 27n), max: 10n ** 27n })
  .map((scaled) => scaled as Decimal)

it('reads back what it prints, to the last digit', () => {
  fc.assert(
    fc.property(decimals, (value) => {
      expect(parseDecimal(formatDecimal(value))).toBe(value)
    }),
  )
})

it.each([
  ['0.0005', '0.0005'],
  ['-3.10', '-3.1'],
  ['5e-7', '0.0000005'],
  ['1.5E3', '1500'],
  ['+7', '7'],
  ['000.10', '0.1'],
])('reads %s exactly', (text, printed) => {
  expect(formatDecimal(parseDecimal(text))).toBe(printed)
})

it.each([
  '',
  'many',
  '1,5',
  '0x10',
  '1e999',
  '0.0000000000001',
  'NaN',
  'Infinity',
  '1.',
  '.5',
  '9'.repeat(31),
])('refuses %j and names the field', (text) => {
  expect(() => parseDecimal(text, 'usage.api_calls')).toThrow(/usage\.api_calls/)
})

it('multiplies, adds and compares as an independent library does', () => {
  fc.assert(
    fc.property(decimals, decimals, (a, b) => {
      const [x, y] = [new BigNumber(formatDecimal(a)), new BigNumber(formatDecimal(b))]
      expect(formatExact(multiplyExact(exactOf(a), exactOf(b)))).toBe(x.times(y).toFixed())
      expect(formatExact(addExact(exactOf(a), exactOf(b)))).toBe(x.plus(y).toFixed())
      expect(compareExact(exactOf(a), exactOf(b))).toBe(x.comparedTo(y))
    }),
  )
})

const MODES: Record<RoundingRule, BigNumber.RoundingMode> = {
  ceil: BigNumber.ROUND_CEIL,
  floor: BigNumber.ROUND_FLOOR,
  nearest: BigNumber.ROUND_HALF_UP,
}

it('rounds to minor units as an independent library does, in every rule and number of digits', () => {
  fc.assert(
    fc.property(
      decimals,
      fc.constantFrom<RoundingRule>('ceil', 'floor', 'nearest'),
      fc.constantFrom(0, 2, 3, 4),
      (value, rule, digits) => {
        const expected = new BigNumber(formatDecimal(value))
          .shiftedBy(digits)
          .integerValue(MODES[rule])
        expect(roundToMinor(exactOf(value), digits, rule).toString()).toBe(expected.toFixed())
      },
    ),
  )
})

it('rounds halves away from zero', () => {
  expect(roundToMinor(exactRatio(5n, 1000n), 2, 'nearest')).toBe(1n)
  expect(roundToMinor(exactRatio(-5n, 1000n), 2, 'nearest')).toBe(-1n)
  expect(roundToMinor(exactRatio(1n, 3n), 2, 'ceil')).toBe(34n)
  expect(roundToMinor(exactRatio(-1n, 3n), 2, 'ceil')).toBe(-33n)
})
