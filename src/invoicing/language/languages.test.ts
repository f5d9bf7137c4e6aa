import { describe, expect, it } from 'vitest'
import { parseCurrency } from '#src/kernel/currency.ts'
import { parseDecimal } from '#src/kernel/decimal.ts'
import { phrase, type Phrase } from '#src/pricing/phrases.ts'
import { formatsOf } from '../formats.ts'
import { lineRows, lineWords } from '../line-rows.ts'
import { sampleInvoice } from '../testing/sample-invoice.ts'
import { viewOf } from '../view.ts'
import { ENGLISH } from './english.ts'
import { documentLanguage, languageOf } from './languages.ts'

const LOCALES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl']
const slots = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort()

describe('the words of a document', () => {
  it.each(LOCALES.slice(1))(
    'are there in %s, with the same gaps to fill as in English',
    (locale) => {
      const { labels, phrases } = languageOf(locale)
      for (const [mine, english] of [
        [labels, ENGLISH.labels],
        [phrases, ENGLISH.phrases],
      ] as [Record<string, string>, Record<string, string>][]) {
        expect(Object.keys(mine)).toEqual(Object.keys(english))
        for (const [key, text] of Object.entries(english)) {
          expect(mine[key]?.trim() ?? '').not.toBe('')
          expect({ key, slots: slots(mine[key] ?? '') }).toEqual({ key, slots: slots(text) })
        }
      }
      expect(labels.invoice === 'Invoice').toBe(false)
    },
  )

  it('are those of the customer’s language, and English where we have none', () => {
    expect(LOCALES.map((locale) => documentLanguage(`${locale}-XX`))).toEqual(LOCALES)
    expect(['ja-JP', 'constructor', ''].map(documentLanguage)).toEqual(['en', 'en', 'en'])
  })
})

describe('what a line says', () => {
  const view = (locale: string) => ({
    phrases: languageOf(locale).phrases,
    formats: formatsOf(locale, parseCurrency('EUR'), 'Europe/Berlin'),
  })
  const said = (locale: string, notes: readonly Phrase[], price: Phrase | null = null) =>
    lineWords(
      { description: 'x', wording: { subject: 'API calls', group: '', price, notes } },
      view(locale),
    ).detail.replace(/[\u00a0\u202f]/g, ' ')
  const number = parseDecimal('100000')
  const number2 = parseDecimal('1500000')

  it.each([
    ['de', 'über 100.000 bis 1.500.000, zuzüglich pauschal 0,005 €'],
    ['fr', 'de 100 000 à 1 500 000, plus un forfait de 0,005 €'],
    ['es', 'más de 100.000 hasta 1.500.000, más 0,005 € fijo'],
    ['it', 'oltre 100.000 fino a 1.500.000, più 0,005 € forfettario'],
    ['pt-PT', 'acima de 100 000 até 1 500 000, mais 0,005 € fixo'],
    ['nl', 'boven 100.000 tot en met 1.500.000, plus € 0,005 vast'],
    ['pl', 'powyżej 100 000 do 1 500 000, plus ryczałt 0,005 €'],
    ['en', 'over 100,000 up to 1,500,000, plus €0.005 flat'],
  ])('is put into %s with its numbers', (locale, expected) => {
    const notes = [
      phrase('between', { number, number2 }),
      phrase('plusFlat', { price: parseDecimal('0.005') }),
    ]
    expect(said(locale, notes)).toBe(expected)
  })

  it('names the days of a share as the customer writes them', () => {
    const days = phrase('days', {
      number: parseDecimal('10'),
      number2: parseDecimal('28'),
      date: '2026-02-19',
      date2: '2026-02-28',
    })
    expect(said('de', [phrase('baseFee'), days])).toBe(
      'Grundgebühr, 10 von 28 Tagen (19.02.2026 bis 28.02.2026)',
    )
  })

  it('keeps the English of a line that came without its words, and names of customers as they are', () => {
    expect(lineWords({ description: 'As it was' }, view('de')).subject).toBe('As it was')
    expect(said('fr', [phrase('property', { text: '{number} & <b>' })])).toBe('{number} & <b>')
  })
})

describe('the rows of an invoice', () => {
  it('put several lines of one usage under its name and sum, points under points', () => {
    const [line] = sampleInvoice().lines
    if (!line) throw new Error('no line')
    const usage = (price: string, amountMinor: bigint) => ({
      ...line,
      unitPrice: parseDecimal(price),
      amountMinor,
      wording: {
        subject: 'API calls',
        group: '',
        price: phrase('price', { price: parseDecimal(price) }),
        notes: [phrase('over', { number: parseDecimal('10') })],
      },
    })
    const { presentation } = sampleInvoice()
    const doc = sampleInvoice({
      lines: [usage('0.001', 100n), usage('2', 250n), { ...line, metric: null, kind: 'coupon' }],
      presentation: { ...presentation, locale: 'de' },
    })
    const rows = lineRows(viewOf(doc, undefined))
    expect(rows.map(({ kind, title }) => [kind, title])).toEqual([
      ['group', 'API calls'],
      ['inner', 'Über 10'],
      ['inner', 'Über 10'],
      ['line', 'api_calls: 10,000 × EUR 0 (first 10,000)'],
    ])
    expect(rows[0]?.amount).toMatch(/^3,50.€$/)
    const prices = rows.map((row) => (row.kind === 'group' ? null : row.unitPrice))
    expect(prices).toMatchObject([
      null,
      { lead: '0,001', pad: '' },
      { lead: '2,00', pad: '0' },
      null,
    ])
  })
})
