import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openMinor, splitCredit, splitPayment, splitReversal } from './settlement-rules.ts'

interface Step {
  readonly kind: 'pay' | 'credit' | 'reverse'
  readonly minor: bigint
}

/** Plays payments, credit notes and reversals, and keeps the two accounts of the customer beside the invoice. */
function play(totalMinor: bigint, steps: readonly Step[]) {
  let balance = { totalMinor, paidMinor: 0n, creditedMinor: 0n }
  let [receivable, credit, overpaid, cash] = [totalMinor, 0n, 0n, 0n]
  for (const { kind, minor } of steps) {
    if (kind === 'pay') {
      const { settlesMinor, creditMinor } = splitPayment(balance, minor)
      balance = { ...balance, paidMinor: balance.paidMinor + settlesMinor }
      receivable -= settlesMinor
      credit += creditMinor
      overpaid += creditMinor
      cash += minor
    } else if (kind === 'credit') {
      const left = totalMinor - balance.creditedMinor
      const credited = minor < left ? minor : left
      const { settlesMinor, creditMinor } = splitCredit(balance, credited)
      balance = { ...balance, creditedMinor: balance.creditedMinor + credited }
      receivable -= settlesMinor
      credit += creditMinor
    } else {
      const back = minor < cash ? minor : cash
      if (back === 0n) continue
      const parts = splitReversal(balance, back, overpaid)
      balance = {
        ...balance,
        paidMinor: balance.paidMinor - parts.fromCreditedMinor - parts.reopensMinor,
      }
      receivable += parts.reopensMinor
      credit -= parts.fromOverpaidMinor + parts.fromCreditedMinor
      overpaid -= parts.fromOverpaidMinor
      cash -= back
    }
  }
  return { balance, receivable, credit, cash }
}

describe('the money side of an invoice', () => {
  it('keeps receivable equal to what is open, credit never below zero, and cash explained', () => {
    const step = fc.record({
      kind: fc.constantFrom('pay' as const, 'credit' as const, 'reverse' as const),
      minor: fc.bigInt(1n, 500n),
    })
    fc.assert(
      fc.property(fc.bigInt(1n, 1000n), fc.array(step, { maxLength: 12 }), (total, steps) => {
        const { balance, receivable, credit, cash } = play(total, steps)
        expect(receivable).toBe(openMinor(balance))
        expect(credit >= 0n).toBe(true)
        expect(cash).toBe(total - balance.creditedMinor - receivable + credit)
      }),
      { numRuns: 2000 },
    )
  })

  it('opens the invoice again only for what was neither overpaid nor credited', () => {
    const paid = { totalMinor: 100n, paidMinor: 100n, creditedMinor: 30n }
    expect(splitReversal(paid, 60n, 10n)).toEqual({
      fromOverpaidMinor: 10n,
      fromCreditedMinor: 30n,
      reopensMinor: 20n,
    })
    expect(() => splitReversal(paid, 200n, 0n)).toThrow(/more would go back/)
  })
})
