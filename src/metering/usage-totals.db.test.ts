import * as fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { describeOnDatabases } from '#db/testing/database.ts'
import { formatDecimal, parseDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { Temporal, type Period } from '#src/kernel/time.ts'
import { recordUsage } from './record-usage.ts'
import { rollUp } from './roll-up.ts'
import { addCustomers, usage } from './testing/world.ts'
import { usageTotals } from './usage-totals.ts'

const FIRST_MS = Date.parse('2026-02-10T00:00:00Z')
const at = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms)
const LAST_MS = FIRST_MS + 6 * 3_600_000

interface Used {
  readonly ms: number
  readonly quantity: string
  readonly region: string
}

/** The same figure, added up by hand. */
function naive(
  events: readonly Used[],
  period: Period,
  aggregation: string,
  region?: string,
): string {
  const inside = events.filter(
    ({ ms, region: own }) =>
      ms >= period.start.epochMilliseconds &&
      ms < period.end.epochMilliseconds &&
      (region === undefined || own === region),
  )
  const quantities = inside.map(({ quantity }) => parseDecimal(quantity) as bigint)
  const pick = (choose: (a: bigint, b: bigint) => bigint) =>
    quantities.length === 0 ? 0n : quantities.reduce(choose)
  const values: Record<string, bigint> = {
    count: parseDecimal(String(inside.length)),
    sum: quantities.reduce((sum, quantity) => sum + quantity, 0n),
    max: pick((a, b) => (a > b ? a : b)),
    min: pick((a, b) => (a < b ? a : b)),
    unique: parseDecimal(String(new Set(inside.map((event) => event.region)).size)),
  }
  return formatDecimal((values[aggregation] ?? 0n) as Decimal)
}

const used = fc.record({
  ms: fc.oneof(
    fc.integer({ min: FIRST_MS, max: LAST_MS }),
    // Boundaries of hours are where mistakes live.
    fc.integer({ min: 0, max: 6 }).map((hour) => FIRST_MS + hour * 3_600_000),
  ),
  quantity: fc
    .tuple(fc.integer({ min: -50, max: 1_000_000 }), fc.integer({ min: 0, max: 999_999 }))
    .map(([whole, fraction]) => `${whole}.${String(fraction).padStart(6, '0')}`),
  region: fc.constantFrom('eu', 'us', 'ap'),
})
const edge = fc.oneof(
  fc.integer({ min: FIRST_MS - 1000, max: LAST_MS + 1000 }),
  fc.integer({ min: 0, max: 6 }).map((hour) => FIRST_MS + hour * 3_600_000),
)
const anyPeriod = fc
  .tuple(edge, edge)
  .map(([a, b]) => ({ start: at(Math.min(a, b)), end: at(Math.max(a, b)) }))

describeOnDatabases('usage totals', (world) => {
  let run = 0
  beforeAll(() =>
    addCustomers(
      world(),
      Array.from({ length: 60 }, (_, index) => `p${index}`),
    ),
  )

  it('equal the plain sum for any boundaries, wherever the watermark stands', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(used, { maxLength: 30 }),
        fc.array(used, { maxLength: 10 }),
        fc.array(anyPeriod, { minLength: 1, maxLength: 5 }),
        async (below, above, periods) => {
          const customer = `p${run}`
          run += 1
          const send = (events: readonly Used[], name: string) =>
            recordUsage(world().scope(), {
              events: events.map(({ ms, quantity, region }, index) =>
                usage(`${customer}-${name}-${index}`, {
                  customer,
                  quantity,
                  at: at(ms).toString(),
                  properties: { region },
                }),
              ),
            })
          await send(below, 'below')
          await rollUp(world().system)
          await send(above, 'above')
          const wanted = periods.flatMap((span, index) =>
            ['count', 'sum', 'max', 'min', 'unique'].flatMap((aggregation) =>
              [undefined, 'eu'].map((region) => ({
                span,
                aggregation,
                region,
                key: `${index}${aggregation}${region}`,
              })),
            ),
          )
          const totals = await world()
            .scope()
            .transact((ctx) =>
              usageTotals(
                ctx,
                wanted.map(({ span, aggregation, region, key }) => ({
                  key,
                  customerId: customer,
                  metric: 'api_calls',
                  aggregation,
                  period: span,
                  ...(region === undefined ? {} : { filter: { region: [region] } }),
                  ...(aggregation === 'unique' ? { property: 'region' } : {}),
                })),
              ),
            )
          const got = wanted.map(({ key }) => formatDecimal(totals.get(key) as Decimal))
          const all = [...below, ...above]
          expect(got).toEqual(
            wanted.map(({ span, aggregation, region }) => naive(all, span, aggregation, region)),
          )
        },
      ),
      { numRuns: 40 },
    )
  })

  it('lose and double nothing while usage arrives and the roll-up moves', async () => {
    await addCustomers(world(), ['busy'])
    const period = { start: at(FIRST_MS), end: at(LAST_MS) }
    const count = async () => {
      const totals = await world()
        .scope()
        .transact((ctx) =>
          usageTotals(ctx, [
            { key: 'x', customerId: 'busy', metric: 'api_calls', aggregation: 'sum', period },
          ]),
        )
      return Number(formatDecimal(totals.get('x') as Decimal))
    }
    const progress = { sent: 0, done: false }
    const sender = async () => {
      for (let batch = 0; batch < 30; batch += 1) {
        const events = Array.from({ length: 20 }, (_, index) =>
          usage(`busy-${batch}-${index}`, {
            customer: 'busy',
            at: at(FIRST_MS + index * 600_000).toString(),
          }),
        )
        await recordUsage(world().scope(), { events })
        progress.sent += events.length
      }
      progress.done = true
    }
    const roller = async () => {
      while (!progress.done) await rollUp(world().system, { maxEvents: 30 })
    }
    const reader = async () => {
      while (!progress.done) {
        const before = progress.sent
        const seen = await count()
        expect(seen).toBeGreaterThanOrEqual(before)
        // At most the one delivery that is on its way may be seen before its answer.
        expect(seen).toBeLessThanOrEqual(progress.sent + 20)
      }
    }
    await Promise.all([sender(), roller(), roller(), reader(), reader()])
    expect(await count()).toBe(600)
  })

  it('refuse an aggregation they do not know, and answer 0 for what was never used', async () => {
    const ask = (aggregation: string) =>
      world()
        .scope()
        .transact((ctx) =>
          usageTotals(ctx, [
            {
              key: 'x',
              customerId: 'p1',
              metric: 'none',
              aggregation,
              period: { start: at(FIRST_MS), end: at(LAST_MS) },
            },
          ]),
        )
    await expect(ask('percentile')).rejects.toMatchObject({ code: 'invalid_input' })
    await expect(ask('unique')).rejects.toMatchObject({ code: 'invalid_input' })
    expect((await ask('max')).get('x')).toBe(0n)
    expect((await ask('latest')).get('x')).toBe(0n)
  })
})
