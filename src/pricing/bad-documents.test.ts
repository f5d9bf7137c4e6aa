import { describe, expect, test } from 'vitest'
import { formatDecimal } from '#src/kernel/decimal.ts'
import { calculate } from './calculator.ts'
import { parsePricingDocument } from './document.ts'
import { documentText, refusalOf, usageText } from './sample.test-support.ts'

const GOOD = `version: "1"
effectiveDate: 2026-01-01
meteringWindow: monthly
roundingRule: nearest
tiers:
  - id: pro
    basePrice: 49
    currency: USD
    charges:
      - { metric: a, model: per_unit, unitPrice: 1 }
`
const PRICE = 'tiers[0].charges[0].unitPrice'
const priced = (number: string) => GOOD.replace('unitPrice: 1', `unitPrice: ${number}`)

describe('numbers of a pricing document', () => {
  test.each([
    ['1e3', '1000'],
    ['5e-7', '0.0000005'],
    ['+1', '1'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['007.50', '7.5'],
    ['123456789012345678901234567890.123456789012', '123456789012345678901234567890.123456789012'],
  ])('%s is read exactly', (number, value) => {
    const [charge] = parsePricingDocument(priced(number)).tiers[0]?.charges ?? []
    if (charge?.model !== 'per_unit') throw new Error('the document lost its charge')
    expect(formatDecimal(charge.unitPrice)).toBe(value)
  })

  test.each([
    ['NaN', '"NaN" is not a decimal number'],
    ['.nan', '".nan" is not a decimal number'],
    ['.inf', '".inf" is not a decimal number'],
    ['0x10', '"0x10" is not a decimal number'],
    ['1_000', '"1_000" is not a decimal number'],
    ['1,5', 'is not a decimal number'],
    ['"1 000"', '"1 000" is not a decimal number'],
    ['1e999', '"1e999" is not a decimal number'],
    ['0.123456789012345678901234567890', 'more than 12 digits after the point'],
    ['1234567890123456789012345678901', 'too large'],
    ['null', 'must be a decimal number'],
    ['-1', 'must not be negative'],
  ])('%s is refused at its line', (number, reason) => {
    const quoted = number.includes(',') ? `"${number}"` : number
    const message = refusalOf(() => parsePricingDocument(priced(quoted)))
    expect(message).toContain(`${PRICE}: `)
    expect(message).toContain(`${reason} (line 10)`)
  })
})

describe('texts that are no pricing document', () => {
  const nine = (name: string) => `[${Array.from({ length: 9 }, () => name).join(', ')}]`
  const bomb = [
    'a: &a [x, x]',
    ...'abcdefgh'.split('').map((name, index) => {
      const next = String.fromCodePoint(98 + index)
      return `${next}: &${next} ${nine(`*${name}`)}`
    }),
  ].join('\n')
  test.each([
    ['a tab', GOOD.replace('    basePrice', '\tbasePrice'), 'Tabs are not allowed', 7],
    ['a key given twice', GOOD.replace('version: "1"', 'version: 1\nversion: 2'), 'unique', 2],
    ['a second document', `${GOOD}---\n${GOOD}`, 'begins a second document', 11],
    ['a merge key', GOOD.replace('unitPrice: 1', '<<: *x'), 'merge keys are not read', 10],
    ['bytes that are not UTF-8', GOOD.replace('pro', 'pr\uFFFD'), 'is not UTF-8 text', 6],
    ['a zero byte', GOOD.replace('pro', 'p\0o'), 'holds the character U+0000', 6],
    ['half a character', GOOD.replace('pro', 'p\uD800o'), 'holds the character U+D800', 6],
    ['brackets without end', priced('['.repeat(5000)), 'too large or too deep', 1],
    ['a list of aliases of lists', bomb, 'too large or too deep', undefined],
    ['a list as a key', `? [a]\n: 1\n${GOOD}`, 'not allowed as a key', 1],
  ])('%s', (_name, text, reason, line) => {
    const message = refusalOf(() => parsePricingDocument(text))
    expect(message).toContain(reason)
    expect(message).toMatch(line === undefined ? /\(line \d+\)/ : `(line ${line})`)
  })

  test('ten megabytes are refused unread', () => {
    const text = `${GOOD}addons: [${'{ id: a, price: 1 }, '.repeat(500_000)}]`
    expect(refusalOf(() => parsePricingDocument(text))).toContain('more than 1000000 characters')
    expect(refusalOf(() => calculate(GOOD, usageText({ spare: 'x'.repeat(2_000_000) })))).toContain(
      'spare: unknown key',
    )
  })

  test('what the reader, the schema and the cross-checks find comes out in one go', () => {
    const text = GOOD.replace('nearest', 'round')
      .replace('basePrice: 49', 'basePrice: -1\n    <<: x')
      .replace(
        'model: per_unit, unitPrice: 1',
        'model: graduated, tiers: [{ upTo: 5, unitPrice: 1 }]',
      )
    expect(refusalOf(() => parsePricingDocument(text)).split('\n')).toEqual([
      'pricing document: 4 problems',
      '  roundingRule: must be one of ceil, floor, nearest (line 4)',
      '  tiers[0].basePrice: must not be negative (line 7)',
      '  tiers[0].<<: merge keys are not read: write the keys out (line 8)',
      '  tiers[0].charges[0].tiers[0].upTo: the last tier must be open: upTo null (line 11)',
    ])
  })
})

describe('documents that contradict themselves', () => {
  const charge = (keys: object) => ({ charges: [{ metric: 'm', unitPrice: '1', ...keys }] })
  const matrix = (...whens: object[]) =>
    charge({
      model: 'matrix',
      unitPrice: undefined,
      by: ['r', 's'],
      prices: whens.map((when) => ({ when, unitPrice: '1' })),
    })
  const rateOf = (model: string, rate: object) => charge({ model, unitPrice: undefined, ...rate })
  test.each([
    [
      'more than 100 per cent',
      rateOf('percentage', { rate: '100.01' }),
      'rate: must be at most 100',
    ],
    [
      'more than 100 per cent in a tier',
      rateOf('graduated_percentage', { tiers: [{ rate: '101' }] }),
      'tiers[0].rate: must be at most 100',
    ],
    [
      'a cell given twice',
      matrix({ r: 'a', s: 'b' }, { s: 'b', r: 'a' }),
      'prices[1].when: is the',
    ],
    ['a cell of nothing', matrix({}), 'prices[0].when: names no property'],
    ['a group given twice', charge({ model: 'per_unit', groupBy: ['a', 'a'] }), 'groupBy[1]: "a"'],
    [
      'a plan’s add-on in another currency',
      { addons: [{ id: 'x', price: '1', currency: 'EUR' }] },
      'addons[0].currency: is EUR, the plan is in USD',
    ],
    ['a trial of no days', { trial: true, trialDays: '0' }, 'trial: contradicts trialDays'],
    ['days of no trial', { trial: false, trialDays: '7' }, 'trial: contradicts trialDays'],
    [
      'a commitment with an unknown key',
      { commitment: { amount: '1', rate: '2' } },
      'commitment.rate: unknown key',
    ],
  ])('%s', (_name, plan, reason) => {
    expect(refusalOf(() => parsePricingDocument(documentText(plan)))).toContain(reason)
  })

  test.each([
    [
      'a custom window without its length',
      { meteringWindow: 'custom' },
      'windowMonths: is required',
    ],
    ['a length of a fixed window', { windowMonths: '3' }, 'windowMonths: goes with'],
    ['a window of no months', { meteringWindow: 'custom', windowMonths: '0' }, 'from 1 to 120'],
    [
      'an add-on in a currency of no plan',
      { addons: [{ id: 'x', price: '1', currency: 'EUR' }] },
      'addons[0].currency: is EUR',
    ],
  ])('%s', (_name, top, reason) => {
    expect(refusalOf(() => parsePricingDocument(documentText({}, top)))).toContain(reason)
  })
})

describe('USAGE.json', () => {
  test('a key given twice would lose usage: it is refused', () => {
    const text = usageText({ usage: {} }).replace('"usage":{}', '"usage":{"a":1,"b":{"a":2},"a":3}')
    expect(refusalOf(() => calculate(GOOD, text))).toContain('a: is given twice in one map')
  })

  test('every problem is named with its line', () => {
    const text = JSON.stringify(
      { ...(JSON.parse(usageText()) as object), plan: 1, usages: {} },
      null,
      1,
    )
    expect(refusalOf(() => calculate(GOOD, text.replace('"DE"', '"Germany"'))).split('\n')).toEqual(
      [
        'usage: 2 problems',
        '  customer.country: must be a country code like DE (line 8)',
        '  usages: unknown key (line 11)',
      ],
    )
  })
})
