import { describe, expect, it } from 'vitest'
import { fillFacts, gateText } from './gate-text.ts'
import { maskSecrets } from './secrets.ts'

const FACTS = {
  'invoice.total': '€312.91',
  'invoice.link': 'https://billing.acme.example/i/tok',
  'contact.name': 'Ada',
}
const codes = (text: string, author: 'model' | 'human' = 'model') =>
  gateText(text, { facts: FACTS, author }).map(({ code }) => code)

describe('the gates of outgoing text', () => {
  it('lets facts through and fills them in', () => {
    const text =
      'Hello {{fact:contact.name}}, the total is {{fact:invoice.total}}: {{fact:invoice.link}}'
    expect(fillFacts(text, { facts: FACTS, author: 'model' })).toEqual({
      kind: 'filled',
      text: 'Hello Ada, the total is €312.91: https://billing.acme.example/i/tok',
    })
  })

  it('fills once: a fact that looks like a placeholder stays text', () => {
    const facts = { ...FACTS, 'contact.name': '{{fact:invoice.total}}' }
    expect(fillFacts('Hi {{fact:contact.name}}', { facts, author: 'model' })).toMatchObject({
      text: 'Hi {{fact:invoice.total}}',
    })
  })

  it.each([
    ['unknown_fact', 'It is {{fact:other.total}}.'],
    ['unknown_fact', 'It is {{fact:constructor}}.'],
    ['broken_placeholder', 'It is {{invoice.total}}.'],
    ['free_number', 'It is 312.91.'],
    ['free_number', 'It is ３１２.'],
    ['free_number', 'It is ³¹².'],
    ['free_amount', 'It is a few €.'],
    ['free_date', 'We will try again on Friday.'],
    ['free_date', 'It is fifty euros.'],
    ['free_date', 'Es sind zwanzig Euro.'],
    ['link', 'See https://evil.example.'],
    ['link', 'See evil.example/x.'],
    ['link', 'See ｅｖｉｌ.example.'],
    ['link', 'Mail me at eve@evil.example.'],
    ['link', 'Click javascript://x.'],
    ['threat', 'Otherwise we go to court.'],
    ['threat', 'Sonst droht ein Mahnbescheid.'],
    ['threat', 'Sonst Inkasso.'],
    ['fraud_word', 'Your card was stolen.'],
    ['fraud_word', 'Verdacht auf Betrug.'],
    ['fraud_word', 'Your card was sto\u200blen.'],
    ['balance_word', 'There were insufficient funds.'],
    ['money_promise', 'We will refund you.'],
    ['money_promise', 'The amount has been credited.'],
    ['money_promise', 'Wir erstatten Ihnen den Betrag.'],
  ])('%s: %s', (code, text) => {
    expect(codes(text)).toContain(code)
  })

  it('lets the parts of a difference stand only together', () => {
    const facts = {
      'change.total': '+3',
      'change.part.1': 'a',
      'change.part.2': 'b',
      'change.tax': 'c',
    }
    const said = (text: string) => gateText(text, { facts, author: 'model' })
    expect(said('It rose by {{fact:change.total}}.')).toEqual([])
    expect(said('{{fact:change.part.1}} {{fact:change.part.2}} {{fact:change.tax}}')).toEqual([])
    expect(said('It is all {{fact:change.part.1}} and {{fact:change.part.2}}.')).toEqual([
      { code: 'incomplete_sum', found: 'change.tax' },
    ])
  })

  it('lets a person write numbers and our own links, nothing else', () => {
    expect(codes('Call at 15:00, we refund 20 EUR.', 'human')).toEqual([])
    expect(codes('See https://billing.acme.example/i/other', 'human')).toEqual([])
    expect(codes('See https://billing.acme.example.evil.example/', 'human')).toContain('link')
    expect(codes('See https://billing.acme.example@evil.example/', 'human')).toContain('link')
    expect(codes('Pay to DE89 3704 0044 0532 0130 00', 'human')).toContain('iban')
    expect(codes('Your card 4242 4242 4242 4242', 'human')).toContain('card_number')
    expect(codes('or we see you in court', 'human')).toContain('threat')
  })

  it('takes secrets out of what customers write', () => {
    const text =
      'card 4242 4242 4242 4242, iban de89 3704 0044 0532 0130 00, key sk_live_abcdefghijkl'
    expect(maskSecrets(text)).toBe(
      'card [card number removed], iban [iban removed], key [secret removed]',
    )
    expect(maskSecrets('INV-2026-02-0047 order 1234567890123')).toBe(
      'INV-2026-02-0047 order 1234567890123',
    )
  })
})
