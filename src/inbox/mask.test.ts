import { assert, constantFrom, property, stringMatching } from 'fast-check'
import { expect, it } from 'vitest'
import { maskNumbers } from './mask.ts'

it.each([
  ['my card 4242 4242 4242 4242 fails', 'my card [card …4242] fails'],
  ['4242-4242-4242-4242', '[card …4242]'],
  ['amex 378282246310005.', 'amex [card …0005].'],
  ['pay to DE89 3704 0044 0532 0130 00 please', 'pay to [IBAN …3000] please'],
  ['GB82WEST12345698765432', '[IBAN …5432]'],
  ['GB82 WEST 1234 5698 7654 32.', '[IBAN …5432].'],
  ['4242 4242 4242 4242 123', '[card …4242] 123'],
  ['4242424242424242 12/27', '[card …4242] 12/27'],
  ['12/27 4242 4242 4242 4242', '12/27 [card …4242]'],
  ['4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2', '[card …4242]'],
  ['４２４２　４２４２　４２４２　４２４２', '[card …4242]'],
  ['٤٢٤٢ ٤٢٤٢ ٤٢٤٢ ٤٢٤٢', '[card …4242]'],
  ['4242\u00A04242\u20114242\u20114242', '[card …4242]'],
  ['ＤＥ８９ 3704 0044 0532 0130 00', '[IBAN …3000]'],
  ['card-4242-4242-4242-4242.png', 'card-[card …4242].png'],
  ['use sk_live_abcdefghijkl1234 now', 'use [secret removed] now'],
  ['AKIAIOSFODNN7EXAMPLE', '[secret removed]'],
])('masks what is a card number or an IBAN: %s', (text, masked) => {
  expect(maskNumbers(text)).toBe(masked)
})

it.each([
  'INV-2026-02-0047 over 312.91 EUR',
  '247891 calls at 1772355600000 ms',
  'order 4242 4242 4242 4243',
  '2026-02-01 2026-02-28 10 20 30',
  'DE89 3704 0044 0532 0130 02',
  'call +49 30 901820 or 2026-03-01 10:00',
])('leaves other numbers alone: %s', (text) => {
  expect(maskNumbers(text)).toBe(text)
})

/** A number with its Luhn check digit behind it. */
function withCheckDigit(body: string): string {
  const sum = body
    .split('')
    .reverse()
    .map((digit, index) => Number(digit) * (index % 2 === 0 ? 2 : 1))
    .reduce((total, value) => total + (value > 9 ? value - 9 : value), 0)
  return `${body}${(10 - (sum % 10)) % 10}`
}

it('leaves no card number standing, whatever surrounds it', () => {
  const cards = stringMatching(/^[2-6]\d{14}$/).map(withCheckDigit)
  assert(
    property(cards, constantFrom(' ', '\n', ':', '"', 'x', '.'), (number, around) => {
      expect(maskNumbers(`a${around}${number}${around}b`)).not.toContain(number)
    }),
  )
})
