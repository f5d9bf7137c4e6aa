import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gateText } from './gate-text.ts'

const FACTS = { 'invoice.total': '€312.91', 'contact.name': 'Ada' }
const passes = (text: string) => gateText(text, { facts: FACTS, author: 'model' }).length === 0

/** What a text is made of around the planted value: words, placeholders, anything at all. */
const around = fc.oneof(
  fc.constantFrom(
    '',
    'Hello {{fact:contact.name}}, it is ',
    'Das sind ',
    'これは',
    'هذا ',
    '{{',
    '\n',
  ),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
)

/** Every digit and numeral Unicode has. */
const NUMERALS = Array.from({ length: 0x2_0000 }, (_, code) => code)
  .filter((code) => /\p{N}/u.test(String.fromCodePoint(code)))
  .map((code) => String.fromCodePoint(code))
const NAMED = [
  ['twenty', 'fifty-two', 'zwölf', 'dreihundert', 'quatre', 'trente', 'cuarenta', 'novanta'],
  ['quinhentos', 'achttien', 'jedenaście', 'osiemdziesiąt', '二十五', '五日', 'عشرون', 'مئة'],
  ['July', 'Mittwoch', 'février', 'jueves', 'giugno', 'amanhã', 'zaterdag', 'wtorek', '金曜日'],
  ['يناير', 'الثلاثاء', 'percent', 'Prozent', 'euros', 'złotych', 'ドル', 'دولار', 'XVII', '€', '%'],
].flat()
const LINKS = [
  ['https://evil.example/pay', 'www.evil.example', 'evil.example', 'eve@evil.example'],
  ['javascript://x', 'mailto:eve@evil.example', 'ｅｖｉｌ．example', 'tok_abcdef'],
].flat()

describe('a text of a model with a value planted in it', () => {
  it(`never passes with one of the ${NUMERALS.length} numerals of all scripts`, () => {
    expect(NUMERALS.length).toBeGreaterThan(1_500)
    fc.assert(
      fc.property(around, fc.constantFrom(...NUMERALS), around, (before, numeral, after) => {
        expect(passes(`${before}${numeral}${after}`)).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })

  it('never passes with a number, date, amount or link in words', () => {
    fc.assert(
      fc.property(around, fc.constantFrom(...NAMED, ...LINKS), around, (before, value, after) => {
        expect(passes(`${before} ${value} ${after}`)).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })

  it('passes with the value named as a fact, so that the gates are no wall', () => {
    expect(passes('Hello {{fact:contact.name}}, the total is {{fact:invoice.total}}.')).toBe(true)
  })
})
