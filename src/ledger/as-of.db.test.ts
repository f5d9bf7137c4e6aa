import { randomInt } from 'node:crypto'
import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { rowsOf, type Ctx } from '#db/context.ts'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { accountBalances, trialBalance } from './balances.ts'
import { checkLedgerBalance } from './checks.ts'
import { postTransactions } from './post-transactions.ts'
import { sumLedger } from './sum-ledger.ts'

const ACCOUNTS = ['receivable', 'cash:bank', 'revenue:usage', 'tax_payable:DE'] as const
const START = parseInstant('2026-02-27T00:00:00Z')

const anyTransaction = fc.record({
  /** Four days, on the hour: many at the same instant, and at midnight. */
  hours: fc.integer({ min: 0, max: 96 }),
  from: fc.constantFrom(...ACCOUNTS),
  to: fc.constantFrom(...ACCOUNTS),
  currency: fc.constantFrom('EUR', 'JPY'),
  minor: fc.bigInt(1n, 10n ** 15n),
  /** Before it is posted, what was posted earlier is summed. */
  sumsFirst: fc.boolean(),
})
type Transaction = typeof anyTransaction extends fc.Arbitrary<infer T> ? T : never

async function post(world: TestWorld, orgId: string, given: Transaction, key: string) {
  const at = START.add({ hours: given.hours }).toString()
  if (given.sumsFirst) await sumLedger(world.system)
  const currency = parseCurrency(given.currency)
  await world.scope(orgId, at).transact((ctx) =>
    postTransactions(ctx, [
      {
        key,
        kind: 'payment',
        reason: 'test',
        entries: [
          { account: given.to, currency, amountMinor: given.minor },
          { account: given.from, currency, amountMinor: -given.minor },
        ],
      },
    ]),
  )
}

/** The slow, obvious way. */
async function recount(ctx: Ctx, cut: { at?: string; before?: string }) {
  return rowsOf<{ account: string; currency: string; debit: string; credit: string }>(
    ctx.db,
    sql`select account, currency, sum(greatest(amount_minor, 0))::text as debit, sum(greatest(-amount_minor, 0))::text as credit
      from ledger_entries where org_id = ${ctx.orgId}
        and at <= ${cut.at ?? 'infinity'}::timestamptz and at < ${cut.before ?? 'infinity'}::timestamptz
      group by account, currency order by account, currency`,
  )
}

describeOnDatabases('the books as of an instant', (world) => {
  it('are what the entries up to then sum to, however much of them is summed', async () => {
    const seed = randomInt(2 ** 31)
    let run = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyTransaction, { minLength: 1, maxLength: 20 }),
        fc.array(fc.integer({ min: 0, max: 97 }), { minLength: 1, maxLength: 6 }),
        async (transactions, cuts) => {
          run += 1
          const orgId = `org_${seed}_${run}`
          await world().addOrg(orgId)
          for (const [index, given] of transactions.entries())
            await post(world(), orgId, given, `t${index}`)
          await world()
            .scope(orgId)
            .transact(async (ctx) => {
              for (const hours of cuts) {
                const end = START.add({ hours })
                for (const cut of [{ at: end }, { before: end }, {}]) {
                  const { rows, balanced } = await trialBalance(ctx, cut)
                  expect(
                    rows.map((row) => ({
                      account: row.account,
                      currency: row.currency,
                      debit: row.debitMinor.toString(),
                      credit: row.creditMinor.toString(),
                    })),
                  ).toEqual(
                    await recount(
                      ctx,
                      Object.fromEntries(
                        Object.entries(cut).map(([name, at]) => [name, at.toString()]),
                      ),
                    ),
                  )
                  expect(balanced).toBe(true)
                  const [account] = ACCOUNTS
                  expect(await accountBalances(ctx, { ...cut, account })).toEqual(
                    rows
                      .filter((row) => row.account === account)
                      .map(({ currency, debitMinor, creditMinor }) => ({
                        account,
                        currency,
                        balanceMinor: debitMinor - creditMinor,
                      })),
                  )
                }
              }
              expect(await checkLedgerBalance(ctx)).toEqual({ ok: true, problems: [] })
            })
        },
      ),
      { seed, numRuns: 20 },
    )
  })

  it('are summed once by two workers at once', async () => {
    await world().addOrg('org_two')
    await sumLedger(world().system)
    for (let index = 0; index < 50; index += 1)
      await post(
        world(),
        'org_two',
        {
          hours: index,
          from: 'cash:bank',
          to: 'receivable',
          currency: 'EUR',
          minor: 7n,
          sumsFirst: false,
        },
        `t${index}`,
      )
    const counts = await Promise.all([sumLedger(world().system), sumLedger(world().system)])
    expect(counts[0] + counts[1]).toBe(50)
    await world()
      .scope('org_two')
      .transact(async (ctx) => {
        expect(await accountBalances(ctx, { account: 'receivable' })).toMatchObject([
          { balanceMinor: 350n },
        ])
        expect(await checkLedgerBalance(ctx)).toMatchObject({ ok: true })
      })
  })
})
