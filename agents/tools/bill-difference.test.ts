import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { InvoiceEvidence } from '#src/approvals/evidence/invoices.ts'
import { decimalOf, parseDecimal } from '#src/kernel/decimal.ts'
import { sumMinor } from '#src/kernel/money.ts'
import { plainWording } from '#src/pricing/phrases.ts'
import { billDifference } from './bill-difference.ts'

interface Billed {
  readonly name: string
  readonly metric: string | null
  readonly amountMinor: bigint
  readonly quantity?: number
}

function invoiceOf(billed: readonly Billed[], taxMinor: bigint, currency = 'EUR'): InvoiceEvidence {
  const subtotalMinor = sumMinor(billed.map(({ amountMinor }) => amountMinor))
  const lines = billed.map(({ name, metric, amountMinor, quantity }) => ({
    kind: metric === null ? 'base_fee' : 'usage',
    metric,
    description: `${name}: ${amountMinor}`,
    wording: plainWording(name, []),
    quantity: decimalOf(quantity ?? 1),
    unitPrice: parseDecimal('0.01'),
    amountMinor,
  }))
  const totals = { currency, subtotalMinor, taxMinor, totalMinor: subtotalMinor + taxMinor }
  return { ...totals, lines } as unknown as InvoiceEvidence
}

const minor = fc.bigInt(-(10n ** 12n), 10n ** 12n)
const billed = fc.array(
  fc.record({
    name: fc.constantFrom(...'a b c d e f g h i j k l m n o p'.split(' ')),
    metric: fc.constantFrom(null, 'calls', 'gb'),
    amountMinor: minor,
  }),
  { maxLength: 30 },
)

describe('the difference between two invoices', () => {
  it('is the sum of the parts that are named, to the last unit', () => {
    fc.assert(
      fc.property(billed, billed, minor, minor, (now, before, tax, taxBefore) => {
        const difference = billDifference(invoiceOf(now, tax), invoiceOf(before, taxBefore))
        if (!difference) throw new Error('the invoices add up')
        const named = sumMinor(difference.parts.map(({ changeMinor }) => changeMinor))
        expect(named + difference.restMinor + difference.taxMinor).toBe(difference.totalMinor)
        expect(difference.parts.length).toBeLessThanOrEqual(9)
        expect(difference.parts.every(({ changeMinor }) => changeMinor !== 0n)).toBe(true)
      }),
    )
  })

  it('compares what is billed, in whatever tiers and at whatever prices it stands', () => {
    const difference = billDifference(
      invoiceOf(
        [
          { name: 'API calls', metric: 'calls', amountMinor: 1_000n, quantity: 100 },
          { name: 'API calls', metric: 'calls', amountMinor: 250n, quantity: 50 },
          { name: 'Pro', metric: null, amountMinor: 4_900n },
        ],
        0n,
      ),
      invoiceOf(
        [
          { name: 'API calls', metric: 'calls', amountMinor: 900n, quantity: 90 },
          { name: 'Starter', metric: null, amountMinor: 1_900n },
        ],
        0n,
      ),
    )
    expect(difference?.parts).toEqual([
      { name: 'Pro', metric: null, changeMinor: 4_900n, units: null },
      { name: 'Starter', metric: null, changeMinor: -1_900n, units: null },
      {
        name: 'API calls',
        metric: 'calls',
        changeMinor: 350n,
        units: { before: decimalOf(90), now: decimalOf(150) },
      },
    ])
  })

  it('is not explained from figures that do not add up, nor across currencies', () => {
    const sound = invoiceOf([{ name: 'a', metric: null, amountMinor: 100n }], 19n)
    expect(billDifference({ ...sound, subtotalMinor: 101n, totalMinor: 120n }, sound)).toBeNull()
    expect(billDifference(sound, { ...sound, totalMinor: 118n })).toBeNull()
    expect(billDifference(sound, invoiceOf([], 0n, 'USD'))).toBeNull()
  })
})
