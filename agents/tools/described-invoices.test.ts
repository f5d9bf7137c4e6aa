import { describe, expect, it } from 'vitest'
import { describedInvoices } from './described-invoices.ts'

const INVOICES = [
  { period: '2026-05', totalMinor: 31_291n, status: 'finalized' },
  { period: '2026-03', totalMinor: 9_900n, status: 'paid' },
  { period: '2026-02', totalMinor: 31_291n, status: 'paid' },
  { period: '2025-02', totalMinor: 9_900n, status: 'paid' },
  { period: '2026-01', totalMinor: 500_000n, status: 'void' },
]

describe('the invoices that a description fits', () => {
  it.each([
    ['the invoice for March', ['2026-03']],
    ['You may march on', []],
    ['In May it was more', ['2026-05']],
    ['die Rechnung vom März', ['2026-03']],
    ['la facture de février', ['2026-02', '2025-02']],
    ['la factura de marzo', ['2026-03']],
    ['la fattura di marzo', ['2026-03']],
    ['a fatura de março', ['2026-03']],
    ['de factuur van maart', ['2026-03']],
    ['faktura za marzec', ['2026-03']],
    ['faktura z 15 marca', ['2026-03']],
    ['3月の請求書', ['2026-03']],
    ['فاتورة مارس', ['2026-03']],
    ['12月の請求書', []],
    ['the one over €312.91', ['2026-05', '2026-02']],
    ['die über 312,91 € vom Februar', ['2026-02']],
    ['the one over 5,000.00', []],
    ['my invoice', []],
  ])('%s', (words, periods) => {
    expect(describedInvoices(INVOICES, words).map(({ period }) => period)).toEqual(periods)
  })
})
