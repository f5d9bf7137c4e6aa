import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ungroundedIn } from './grounding.ts'

const FACTS = {
  'invoice.total': '€312.91',
  'invoice.link': 'https://billing.example/i/tok_1',
  'account.name': 'Customer 12',
}

it('accounts for facts and for nothing else', () => {
  const text = 'Customer 12 owes €312.91: https://billing.example/i/tok_1'
  expect(ungroundedIn(text, FACTS)).toEqual({ numbers: [], links: [], addresses: [] })
  expect(ungroundedIn(`${text} or 99`, FACTS).numbers).toEqual(['99'])
  expect(ungroundedIn('see https://evil.example/?a=1', FACTS).links).toHaveLength(1)
  expect(ungroundedIn('write to eve@evil.example', FACTS).addresses).toEqual(['eve@evil.example'])
})

it('finds a planted number in any script, wherever it stands', () => {
  const scripts = [0x30, 0x660, 0x6f0, 0x966, 0xff10]
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('invoice', 'paid', '€312.91', 'ご請求', 'فاتورة', '\n'), {
        maxLength: 8,
      }),
      fc.nat({ max: 8 }),
      fc.constantFrom(...scripts),
      fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 6 }),
      (words, at, zero, digits) => {
        const planted = digits.map((digit) => String.fromCodePoint(zero + digit)).join('')
        const text = words.map(String).toSpliced(at, 0, planted).join(' ; ')
        expect(ungroundedIn(text, FACTS).numbers).toContain(planted)
      },
    ),
  )
})
