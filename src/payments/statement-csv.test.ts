import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCurrency } from '#src/kernel/currency.ts'
import { formatMinor } from '#src/kernel/money.ts'
import { decimalMarkOf, parseAmount, parseBookingDate } from './statement-amounts.ts'
import { parseStatement } from './statement-csv.ts'

const EUR = parseCurrency('EUR')

describe('amounts of a statement', () => {
  it.each([
    ['312.91', '.', 31291n],
    ['312,91', ',', 31291n],
    ['1.234,56', ',', 123456n],
    ['1,234.56', '.', 123456n],
    ["1'234.50", '.', 123450n],
    ['1 234,5', ',', 123450n],
    ['-12,00', ',', -1200n],
    ['12,00-', ',', -1200n],
    ['+7', ',', 700n],
    ['1.234.567', ',', 123456700n],
    ['12,500', ',', 1250n],
  ] as const)('%s with mark %s', (text, mark, minor) => {
    expect(parseAmount(text, mark, EUR)).toBe(minor)
  })

  it.each(['', 'abc', '1,2,3', '12.34.56', '1.23,4', '-5-', '12,345', '€5'])(
    '"%s" is none, rather than a guess',
    (text) => {
      expect(parseAmount(text, ',', EUR)).toBeNull()
    },
  )

  it('survive being printed and read in either notation, in currencies of 0 to 4 digits', () => {
    const currency = fc.constantFrom(
      ...['JPY', 'EUR', 'KWD', 'CLF'].map((code) => parseCurrency(code)),
    )
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), currency, (minor, unit) => {
        const text = formatMinor(minor, unit)
        expect(parseAmount(text, '.', unit)).toBe(minor)
        expect(parseAmount(text.replace('.', ','), ',', unit)).toBe(minor)
      }),
    )
  })

  it('share one decimal mark, read from all of them', () => {
    expect(decimalMarkOf(['1.234', '12,50'], ',')).toBe(',')
    expect(decimalMarkOf(['1,234', '12.50'], ';')).toBe('.')
    expect(decimalMarkOf(['1.234'], ';')).toBe(',')
    expect(decimalMarkOf(['1,234'], ',')).toBe('.')
    expect(decimalMarkOf(['12.50', '12,50'], ';')).toBeNull()
  })
})

describe('dates of a statement', () => {
  it.each([
    ['2026-03-05', '2026-03-05'],
    ['05.03.2026', '2026-03-05'],
    ['5.3.26', '2026-03-05'],
    ['2026-03-05T10:00:00', '2026-03-05'],
    ['30.02.2026', null],
    ['03/05/2026', null],
    ['', null],
  ])('%s', (text, date) => {
    expect(parseBookingDate(text)).toBe(date)
  })
})

describe('a statement', () => {
  const german =
    '\uFEFFBuchungstag;Auftraggeber;Verwendungszweck;Betrag\r\n' +
    '05.03.2026;"Müller; Söhne GmbH";RE INV-2026-02-0047;1.312,91\r\n' +
    '06.03.2026;Miete;März;-800,00\r\n'

  it('is read in German and in English form alike', () => {
    expect(parseStatement(german, { currency: EUR })).toMatchObject([
      {
        lineNumber: 2,
        bookedOn: '2026-03-05',
        amountMinor: 131291n,
        payer: 'Müller; Söhne GmbH',
        reference: 'RE INV-2026-02-0047',
      },
      { amountMinor: -80000n },
    ])
    const english = 'date,amount,currency,payer,reference\n2026-03-05,"1,312.91",USD,A,"x\ny"\n'
    expect(parseStatement(english, { currency: EUR })).toMatchObject([
      { currency: 'USD', amountMinor: 131291n, reference: 'x\ny' },
    ])
  })

  it('takes unusual headings by mapping', () => {
    const csv = 'When,Much,Who,Why\n2026-03-05,5.00,A,B\n'
    const mapping = { date: 'When', amount: 'much', payer: 'Who', reference: 'Why' }
    expect(parseStatement(csv, { currency: EUR, mapping })).toHaveLength(1)
    expect(() => parseStatement(csv, { currency: EUR })).toThrow(/line 1: no column for date/)
  })

  it('gives equal lines of one file ids of their own, the same each time', () => {
    const csv = `date,amount,payer,reference\n${'2026-03-05,5.00,A,B\n'.repeat(3)}`
    const ids = parseStatement(csv, { currency: EUR }).map(({ id }) => id)
    expect(new Set(ids).size).toBe(3)
    expect(parseStatement(csv, { currency: EUR }).map(({ id }) => id)).toEqual(ids)
  })

  it('names line and column of every bad cell', () => {
    const csv =
      'date,amount,payer,reference\n2026-03-05,5.00,A,B\n31.02.2026,5.00,A,B\n2026-03-05,five,A,B\n'
    expect(() => parseStatement(csv, { currency: EUR })).toThrow(
      expect.objectContaining({
        code: 'invalid_input',
        fields: [
          { path: 'line 3, column date', message: expect.stringContaining('31.02.2026') },
          { path: 'line 4, column amount', message: expect.stringContaining('five') },
        ],
      }),
    )
  })

  it.each(['', '\n', 'date,amount,payer,reference\n"2026', 'date;amount\n1;2;3\n'])(
    'that is no statement is refused: %j',
    (csv) => {
      expect(() => parseStatement(csv, { currency: EUR })).toThrow(
        expect.objectContaining({ code: 'invalid_input' }),
      )
    },
  )
})
