import { describe, expect, it } from 'vitest'
import {
  indexPayables,
  matchTransfer,
  nameSimilarity,
  notePayment,
  type Payable,
} from './statement-match.ts'

function payable(n: number, change: Partial<Payable> = {}): Payable {
  const number = `INV-2026-02-${String(n).padStart(4, '0')}`
  return {
    id: `inv_${n}`,
    number,
    paymentReference: `RF18${number.replaceAll('-', '')}`,
    currency: 'EUR',
    dueMinor: BigInt(n * 1000),
    open: true,
    customerName: `Nordlicht Analytics ${n} GmbH`,
    ...change,
  }
}

const transfer = (change: Partial<Parameters<typeof matchTransfer>[0]> = {}) => ({
  currency: 'EUR',
  amountMinor: 47_000n,
  payer: 'Somebody',
  reference: '',
  ...change,
})

describe('a transfer that names its invoice', () => {
  const index = indexPayables([payable(4), payable(47), payable(48, { open: false, dueMinor: 0n })])

  it.each([
    'INV-2026-02-0047',
    'inv 2026 02 0047 vielen Dank',
    'Rechnung Nr.INV2026020047 vom 01.03.2026',
    'EREF+INV-2026-02-00 47 SVWZ',
    'RF18 INV2 0260 2004 7',
    'INV-2026-02-0047 / INV-2026-02-0047',
  ])('is matched: %s', (reference) => {
    expect(matchTransfer(transfer({ reference }), index)).toMatchObject({
      status: 'matched',
      invoiceId: 'inv_47',
      score: 1,
    })
  })

  it('is not mistaken when digits run on', () => {
    expect(
      matchTransfer(transfer({ reference: 'INV-2026-02-00471', amountMinor: 1n }), index),
    ).toMatchObject({ status: 'review', invoiceId: null })
  })

  it.each([
    ['a part', { amountMinor: 10_000n }, { status: 'matched', score: 0.95 }],
    ['too much', { amountMinor: 50_000n }, { status: 'matched', score: 0.95 }],
    ['in another currency', { currency: 'USD' }, { status: 'review', invoiceId: 'inv_47' }],
    ['of money going out', { amountMinor: -47_000n }, { status: 'ignored' }],
  ])('%s', (_what, change, expected) => {
    const line = transfer({ reference: 'INV-2026-02-0047', ...change })
    expect(matchTransfer(line, index)).toMatchObject(expected)
  })

  it('that is paid already, or names two, waits for a person', () => {
    expect(matchTransfer(transfer({ reference: 'INV-2026-02-0048' }), index)).toMatchObject({
      status: 'review',
      invoiceId: 'inv_48',
      explanation: expect.stringContaining('paid twice'),
    })
    const both = transfer({ reference: 'INV-2026-02-0047 und INV-2026-02-0004' })
    expect(matchTransfer(both, index)).toMatchObject({ status: 'review', invoiceId: null })
  })

  it('a second time in the same file waits for a person', () => {
    const own = indexPayables([payable(47)])
    const line = transfer({ reference: 'INV-2026-02-0047' })
    expect(matchTransfer(line, own).status).toBe('matched')
    notePayment(own, 'inv_47', 47_000n)
    expect(matchTransfer(line, own).status).toBe('review')
  })

  it('is paid by its rest after a part', () => {
    const own = indexPayables([payable(47)])
    notePayment(own, 'inv_47', 40_000n)
    const rest = transfer({ amountMinor: 7_000n, payer: 'NORDLICHT ANALYTICS 47' })
    expect(matchTransfer(rest, own)).toMatchObject({ status: 'matched', invoiceId: 'inv_47' })
  })
})

describe('a transfer without a reference', () => {
  const names = ['Müller & Söhne GmbH', 'Nordlicht Analytics AG']
  const index = indexPayables(
    names.map((customerName, n) => payable(n + 1, { dueMinor: 47_000n, customerName })),
  )

  it('is matched by amount and name, and says how sure that is', () => {
    expect(matchTransfer(transfer({ payer: 'MUELLER UND SOEHNE' }), index)).toMatchObject({
      status: 'matched',
      invoiceId: 'inv_1',
      score: 1,
      explanation: expect.stringContaining('100 %'),
    })
  })

  it('waits for a person when the name is only alike, or nothing fits', () => {
    expect(matchTransfer(transfer({ payer: 'Nordlicht Holding' }), index)).toMatchObject({
      status: 'review',
      invoiceId: 'inv_2',
    })
    expect(
      matchTransfer(transfer({ payer: 'Nordlicht Analytics', amountMinor: 1n }), index),
    ).toMatchObject({ status: 'review', invoiceId: null, score: 0 })
  })

  it('waits for a person when two invoices fit as well', () => {
    const twins = indexPayables(
      [1, 2].map((n) => payable(n, { dueMinor: 5n, customerName: 'Twin' })),
    )
    expect(matchTransfer(transfer({ payer: 'Twin', amountMinor: 5n }), twins)).toMatchObject({
      status: 'review',
      explanation: expect.stringContaining('other invoices fit'),
    })
  })
})

describe('names', () => {
  it.each([
    ['Müller GmbH', 'MUELLER', 1],
    ['Société Générale SA', 'SOCIETE GENERALE', 1],
    ['Acme', 'Umbrella', 0],
    ['GmbH', 'GmbH', 0],
  ])('%s and %s are alike by %d', (a, b, similarity) => {
    expect(nameSimilarity(a, b)).toBe(similarity)
  })
})
