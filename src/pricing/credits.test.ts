import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decimalOf } from '#src/kernel/decimal.ts'
import { sumMinor } from '#src/kernel/money.ts'
import { isBefore, parseInstant, type Instant } from '#src/kernel/time.ts'
import { expireCredit, type Rollover } from './credit-expiry.ts'
import { afterDraws, drawCredits, inDrawingOrder, isInForce, type CreditGrant } from './credits.ts'

const FEBRUARY = parseInstant('2026-02-01T00:00:00Z')
const LAST = parseInstant('2026-02-28T23:59:59.999Z')

function grant(id: string, changed: Partial<CreditGrant> = {}): CreditGrant {
  return {
    id,
    name: null,
    kind: 'paid',
    priority: 0,
    effectiveAt: FEBRUARY,
    expiresAt: null,
    appliesTo: null,
    availableMinor: 100n,
    ...changed,
  }
}

const drawn = (grants: CreditGrant[], lines: { metric?: string; amountMinor: bigint }[]) =>
  drawCredits(grants, lines, LAST).map(({ grantId, amountMinor }) => `${grantId} ${amountMinor}`)

describe('drawing on grants of credit', () => {
  test('lower priority number, sooner expiry, promotional, older, then by id', () => {
    const march = parseInstant('2026-03-01T00:00:00Z')
    const grants = [
      grant('f'),
      grant('e'),
      grant('d', { effectiveAt: parseInstant('2026-01-01T00:00:00Z') }),
      grant('c', { kind: 'promotional' }),
      grant('b', { expiresAt: march }),
      grant('a', { priority: 1, kind: 'promotional', expiresAt: march }),
      grant('z', { priority: 0, expiresAt: march.add({ hours: 1 }) }),
    ]
    expect(inDrawingOrder(grants).map(({ id }) => id)).toEqual(['b', 'z', 'c', 'd', 'e', 'f', 'a'])
  })

  test.each([
    ['in force', FEBRUARY, null, true],
    ['from its instant on', LAST, null, true],
    ['before its instant', LAST.add({ milliseconds: 1 }), null, false],
    ['until before its end', FEBRUARY, LAST.add({ nanoseconds: 1 }), true],
    ['at its end', FEBRUARY, LAST, false],
  ])('%s', (_name, effectiveAt: Instant, expiresAt, held) => {
    expect(isInForce({ effectiveAt, expiresAt }, LAST)).toBe(held)
    expect(drawn([grant('a', { effectiveAt, expiresAt })], [{ amountMinor: 30n }])).toEqual(
      held ? ['a 30'] : [],
    )
  })

  test('a grant for a metric pays that metric only, less its share of a discount on everything', () => {
    const calls = grant('calls', { appliesTo: ['calls'], availableMinor: 1000n })
    const lines = [
      { amountMinor: 60n },
      { metric: 'calls', amountMinor: 100n },
      { metric: 'calls', amountMinor: -20n },
      { metric: 'disk', amountMinor: 60n },
    ]
    expect(drawn([calls], lines)).toEqual(['calls 80'])
    expect(drawn([calls], [...lines, { amountMinor: -100n }])).toEqual(['calls 40'])
    expect(drawn([calls], [{ amountMinor: 60n }])).toEqual([])
    expect(drawn([calls], [...lines, { amountMinor: -200n }])).toEqual([])
  })

  test('a wide grant leaves to narrow ones what only they could pay', () => {
    const lines = [
      { metric: 'calls', amountMinor: 100n },
      { metric: 'disk', amountMinor: 100n },
    ]
    const narrow = grant('narrow', { priority: 1, appliesTo: ['calls'] })
    expect(drawn([grant('wide'), narrow], lines)).toEqual(['wide 100', 'narrow 100'])
  })
})

describe('the end of a grant', () => {
  const [start, end] = [FEBRUARY, parseInstant('2026-03-01T00:00:00Z')]
  const ended = (unusedMinor: bigint, rollover: Rollover | null) =>
    expireCredit({ effectiveAt: start, expiresAt: end, rollover, unusedMinor })
  const half = { percentage: decimalOf(50), capMinor: null, validDays: null }

  test('what is not to roll is lost', () => {
    expect(ended(7n, null)).toEqual({ rolledMinor: 0n, expiredMinor: 7n, next: null })
    expect(ended(0n, half)).toEqual({ rolledMinor: 0n, expiredMinor: 0n, next: null })
  })

  test('the share is rounded down, the cap holds, the next grant runs on where this one ends', () => {
    expect(ended(7n, half)).toEqual({
      rolledMinor: 3n,
      expiredMinor: 4n,
      next: { effectiveAt: end, expiresAt: parseInstant('2026-03-29T00:00:00Z') },
    })
    expect(ended(100n, { ...half, capMinor: 20n, validDays: 10 })).toEqual({
      rolledMinor: 20n,
      expiredMinor: 80n,
      next: { effectiveAt: end, expiresAt: parseInstant('2026-03-11T00:00:00Z') },
    })
  })
})

describe('whatever happens to grants', () => {
  const METRICS = ['calls', 'disk', 'seats']
  const day = fc.integer({ min: 0, max: 60 }).map((days) => FEBRUARY.add({ hours: days * 24 }))
  const anyGrant = fc
    .record({
      kind: fc.constantFrom('paid' as const, 'promotional' as const),
      priority: fc.integer({ min: 0, max: 2 }),
      effectiveAt: day,
      days: fc.option(fc.integer({ min: 1, max: 40 })),
      appliesTo: fc.option(fc.uniqueArray(fc.constantFrom(...METRICS), { minLength: 1 })),
      availableMinor: fc.bigInt(0n, 10_000n),
    })
    .map(({ days, ...rest }) => ({
      ...rest,
      expiresAt: days === null ? null : rest.effectiveAt.add({ hours: days * 24 }),
    }))
  const grants = fc
    .array(anyGrant, { maxLength: 6 })
    .map((list) => list.map((values, index) => grant(`g${index}`, values)))
  const line = fc.record({
    metric: fc.option(fc.constantFrom(...METRICS)),
    amountMinor: fc.bigInt(-2_000n, 10_000n),
  })
  const lines = fc.array(line, { maxLength: 8 })

  test('no grant and no line is overdrawn, in whatever order the grants come', () => {
    fc.assert(
      fc.property(grants, lines, day, (held, due, at) => {
        const draws = drawCredits(held, due, at)
        expect(drawCredits(held.toReversed(), due, at)).toEqual(draws)
        const subtotal = sumMinor(due.map(({ amountMinor }) => amountMinor))
        const total = sumMinor(draws.map(({ amountMinor }) => amountMinor))
        expect(total <= (subtotal > 0n ? subtotal : 0n)).toBe(true)
        for (const { grantId, amountMinor } of draws) {
          const from = held.find(({ id }) => id === grantId)
          expect(from && amountMinor > 0n && amountMinor <= from.availableMinor).toBe(true)
          expect(from && isInForce(from, at)).toBe(true)
        }
        const wide = held.filter((it) => it.appliesTo === null && isInForce(it, at))
        const purse = sumMinor(wide.map(({ availableMinor }) => availableMinor))
        const least = purse < subtotal ? purse : subtotal
        expect(total >= least).toBe(true)
      }),
    )
  })

  test('drawn + remaining + expired + rolled is what was granted, and nothing goes below zero', () => {
    const rollover = fc.option(
      fc.record({
        percentage: fc.integer({ min: 1, max: 100 }).map(decimalOf),
        capMinor: fc.option(fc.bigInt(0n, 500n)),
        validDays: fc.option(fc.integer({ min: 1, max: 20 })),
      }),
    )
    const bills = fc.array(fc.record({ at: day, lines }), { maxLength: 8 })
    fc.assert(
      fc.property(grants, bills, rollover, (held, invoices, roll) => {
        const granted = sumMinor(held.map(({ availableMinor }) => availableMinor))
        let purse = held.map((it) => ({ ...it, rollover: roll }))
        const moved = { drawn: 0n, expired: 0n, rolledOut: 0n, rolledIn: 0n }
        const inTime = [...invoices].sort((a, b) => (isBefore(a.at, b.at) ? -1 : 1))
        for (const { at, lines: due } of inTime) {
          purse = purse.flatMap((it) => {
            const { expiresAt } = it
            if (expiresAt === null || isBefore(at, expiresAt)) return [it]
            const end = expireCredit({ ...it, expiresAt, unusedMinor: it.availableMinor })
            moved.expired += end.expiredMinor
            moved.rolledOut += end.rolledMinor
            const spent = { ...it, availableMinor: 0n, expiresAt: null, rollover: null }
            if (end.next === null) return [spent]
            moved.rolledIn += end.rolledMinor
            const id = `${it.id}+`
            const next = { ...it, ...end.next, id, availableMinor: end.rolledMinor, rollover: null }
            return [spent, next]
          })
          const draws = drawCredits(purse, due, at)
          moved.drawn += sumMinor(draws.map(({ amountMinor }) => amountMinor))
          const after = afterDraws(purse, draws)
          purse = purse.map((it, index) => ({ ...it, ...after[index] }))
          expect(purse.every(({ availableMinor }) => availableMinor >= 0n)).toBe(true)
        }
        const remaining = sumMinor(purse.map(({ availableMinor }) => availableMinor))
        expect(moved.rolledOut).toBe(moved.rolledIn)
        expect(moved.drawn + remaining + moved.expired + moved.rolledOut).toBe(
          granted + moved.rolledIn,
        )
      }),
    )
  })
})
