import { and, asc, eq, sql } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import type { Ctx } from '#db/context.ts'
import { couponApplications } from '#db/schema/coupons.ts'
import { invoiceItems, invoiceLines, invoices } from '#db/schema/invoicing.ts'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { selfcheck } from '#src/selfcheck/selfcheck.ts'
import { defineCoupon } from '#src/subscriptions/coupons/define-coupon.ts'
import { listRedemptions } from '#src/subscriptions/coupons/load-coupons.ts'
import { endRedemption, redeemCoupon } from '#src/subscriptions/coupons/redeem-coupon.ts'
import { subscribe } from '#src/subscriptions/subscribe.ts'
import { generateInvoice } from './generate-invoice.ts'
import { addItem } from './items/add-item.ts'
import { deleteItem } from './items/delete-item.ts'
import { loadWaiting } from './load-waiting.ts'
import { previewInvoice } from './preview-invoice.ts'
import { runBilling } from './run-billing.ts'
import { addAccount, openShop } from './testing/billing-world.ts'
import { voidInvoice } from './void-invoice.ts'

const EARLY = '2026-01-15T00:00:00Z'
const FEBRUARY = { period: '2026-01', at: '2026-02-01T12:00:00Z' }
const MARCH = { period: '2026-02', at: '2026-03-01T12:00:00Z' }
const APRIL = { period: '2026-03', at: '2026-04-01T12:00:00Z' }

/** Works in org_test, or `orgId`, at an instant. */
function hands(world: () => TestWorld, orgId = 'org_test') {
  const at = <T>(when: string, work: (ctx: Ctx) => Promise<T>) =>
    world().scope(orgId, when).transact(work)
  return {
    at,
    bill: ({ period, at: when }: typeof MARCH) =>
      runBilling(world().scope(orgId, when), { period }),
    define: (input: Parameters<typeof defineCoupon>[1]) =>
      at(EARLY, (ctx) => defineCoupon(ctx, input)),
    redeem: (input: Parameters<typeof redeemCoupon>[1]) =>
      at(EARLY, (ctx) => redeemCoupon(ctx, input)),
    item: (input: Parameters<typeof addItem>[1]) => at(EARLY, (ctx) => addItem(ctx, input)),
    /** "base_fee 10000" of the invoices of a period, by account. */
    lines: async (period: string) => {
      const rows = await world()
        .system.db.select({ invoice: invoices, line: invoiceLines })
        .from(invoices)
        .innerJoin(
          invoiceLines,
          and(eq(invoiceLines.orgId, invoices.orgId), eq(invoiceLines.invoiceId, invoices.id)),
        )
        .where(and(eq(invoices.orgId, orgId), eq(invoices.period, period)))
        .orderBy(asc(invoices.subscriptionId), asc(invoiceLines.position))
      return rows.map(
        ({ invoice, line }) => `${invoice.subscriptionId} ${line.kind} ${line.amountMinor}`,
      )
    },
    uses: async (couponId: string) => {
      const { data } = await at(EARLY, (ctx) => listRedemptions(ctx, { limit: 50, couponId }))
      return data.flatMap((held) =>
        held.uses.map((use) => `${use.period} ${use.amountMinor} ${use.invoiceStatus}`),
      )
    },
    items: async () => {
      const rows = await world()
        .system.db.select()
        .from(invoiceItems)
        .where(eq(invoiceItems.orgId, orgId))
        .orderBy(asc(invoiceItems.id))
      return rows.map(({ id, invoiceId }) => `${id} ${invoiceId === null ? 'waits' : 'taken'}`)
    },
    invoiceOf: async (subscriptionId: string, period: string) => {
      const [row] = await world()
        .system.db.select()
        .from(invoices)
        .where(
          and(
            eq(invoices.orgId, orgId),
            eq(invoices.subscriptionId, subscriptionId),
            eq(invoices.period, period),
          ),
        )
      if (!row) throw new Error(`no invoice of ${subscriptionId} for ${period}`)
      return row
    },
  }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'accepted'
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    return `${code ?? 'error'}: ${message}`
  }
}

/** The database's own words. */
async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'accepted'
  } catch (error) {
    return String((error as Error).cause)
  }
}

describeOnDatabases('redeeming a coupon', (world) => {
  const { at, define, redeem } = hands(world)
  beforeAll(async () => {
    await openShop(world().scope('org_test', EARLY))
    for (let index = 1; index <= 8; index += 1)
      await addAccount(world().scope('org_test', EARLY), `${index}`, { planId: 'flat' })
  })

  it('stops at the limit, however many ask at once', async () => {
    await define({ id: 'THREE', percentage: '10', duration: 'once', maxRedemptions: 3 })
    const asked = Array.from({ length: 8 }, (_, index) =>
      codeOf(redeem({ couponId: 'THREE', customerId: `${index + 1}` })),
    )
    const answers = await Promise.all(asked)
    expect(answers.filter((answer) => answer === 'accepted')).toHaveLength(3)
    expect(answers.filter((answer) => /^refused: .*redeemed 3 times/.test(answer))).toHaveLength(5)
    const insert = sql`insert into coupon_redemptions (org_id, id, coupon_id, customer_id, redeemed_at)
      values ('org_test', 'past_the_verb', 'THREE', '8', now())`
    await expect(at(EARLY, (ctx) => ctx.db.execute(insert))).rejects.toMatchObject({
      cause: { message: 'coupon THREE has been redeemed as often as it may be' },
    })
  })

  it('stops at the limit per customer, and takes the same id twice for one request', async () => {
    await define({ id: 'TWICE', amount: '5', currency: 'EUR', duration: 'once', maxPerCustomer: 2 })
    const one = await redeem({ couponId: 'TWICE', id: 'r1', customerId: '1' })
    expect(await redeem({ couponId: 'TWICE', id: 'r1', customerId: '1' })).toEqual(one)
    expect(await codeOf(redeem({ couponId: 'TWICE', id: 'r1', customerId: '2' }))).toMatch(
      /^conflict/,
    )
    const asked = [1, 2, 3].map(() =>
      codeOf(redeem({ couponId: 'TWICE', subscriptionId: 'sub_1' })),
    )
    expect((await Promise.all(asked)).filter((answer) => answer === 'accepted')).toHaveLength(1)
  })

  it('keeps the order of what is redeemed at one instant', async () => {
    const ids = ['Z', 'M', 'A'].map((letter) => `order_${letter}`)
    for (const id of ids) {
      await define({ id, percentage: '5', duration: 'once' })
      // Ids of the caller's that sort the other way.
      await redeem({ couponId: id, customerId: '7', id })
    }
    const waiting = await at(EARLY, (ctx) =>
      loadWaiting(ctx, { customerIds: ['7'], openInvoiceIds: [], at: ctx.now, lock: false }),
    )
    const held = waiting('7').coupons.map(({ terms }) => terms.id)
    expect(held.filter((id) => id.startsWith('order'))).toEqual(ids)
  })

  it.each([
    ['another currency', { amount: '5', currency: 'USD' }, "is in USD, the customer's currency"],
    ['before its time', { percentage: '5', validFrom: '2026-02-01T00:00:00Z' }, 'not valid before'],
    ['after it', { percentage: '5', validUntil: '2026-01-15T00:00:00Z' }, 'was valid until'],
    ['for others', { percentage: '5', targets: { customers: ['2'] } }, 'is not for customer 1'],
  ])('refuses %s', async (what, terms, message) => {
    const id = what.replaceAll(' ', '_')
    await define({ id, duration: 'once', ...terms })
    const answer = await codeOf(redeem({ couponId: id, customerId: '1' }))
    expect(answer).toMatch(/^refused/)
    expect(answer).toContain(message)
  })

  it('is for new customers only where it says so', async () => {
    await define({ id: 'NEW', percentage: '5', duration: 'once', firstTimeOnly: true })
    expect(await codeOf(redeem({ couponId: 'NEW', customerId: '1' }))).toBe('accepted')
    await generateInvoice(world().scope('org_test', MARCH.at), {
      subscriptionId: 'sub_2',
      period: '2026-01',
    })
    expect(await codeOf(redeem({ couponId: 'NEW', customerId: '2' }))).toMatch(/without an invoice/)
  })

  it('refuses terms that contradict themselves, naming each field', async () => {
    const wrong = { id: 'X', amount: '0.001', currency: 'EUR', duration: 'repeating' as const }
    expect(await codeOf(define(wrong))).toMatch(
      /^invalid_input: periods: .*; amount: has more digits/,
    )
  })
})

describeOnDatabases('coupons on invoices', (world) => {
  const { at, bill, define, invoiceOf, lines, redeem, uses } = hands(world)
  beforeAll(async () => {
    const scope = world().scope('org_test', EARLY)
    await openShop(scope)
    await addAccount(scope, '1', { planId: 'flat' })
    await define({ id: 'FIFTEEN', percentage: '15', duration: 'forever' })
    await define({ id: 'ONCE', amount: '20', currency: 'EUR', duration: 'once' })
    await define({ id: 'TWO', percentage: '50', duration: 'repeating', periods: 2 })
  })

  it('are previewed, taken off in the order they were redeemed, one line each, before tax', async () => {
    for (const couponId of ['FIFTEEN', 'ONCE', 'TWO']) await redeem({ couponId, customerId: '1' })
    const preview = await at(FEBRUARY.at, (ctx) =>
      previewInvoice(ctx, { subscriptionId: 'sub_1', period: '2026-01' }),
    )
    expect(await uses('ONCE')).toEqual([])
    expect(await bill(FEBRUARY)).toMatchObject({ generated: 1 })
    expect(await lines('2026-01')).toEqual([
      'sub_1 base_fee 10000',
      'sub_1 coupon -1500',
      'sub_1 coupon -2000',
      'sub_1 coupon -3250',
    ])
    const { contentHash, subtotalMinor, taxMinor } = await invoiceOf('sub_1', '2026-01')
    expect([subtotalMinor, taxMinor]).toEqual([3250n, 618n])
    expect(preview).toMatchObject({ kind: 'draft', draft: { contentHash } })
    expect(await uses('ONCE')).toEqual(['2026-01 2000 finalized'])
  })

  it('are used up: once after one invoice, repeating after its periods', async () => {
    await bill(MARCH)
    expect((await lines('2026-02')).slice(1)).toEqual(['sub_1 coupon -1500', 'sub_1 coupon -4250'])
    await bill(APRIL)
    expect((await lines('2026-03')).slice(1)).toEqual(['sub_1 coupon -1500'])
  })

  it('are given back by a void invoice', async () => {
    const { id } = await invoiceOf('sub_1', '2026-01')
    await at(APRIL.at, (ctx) => voidInvoice(ctx, { invoiceId: id, reason: 'wrong' }))
    expect(await uses('ONCE')).toEqual([])
    await bill({ period: '2026-04', at: '2026-05-01T12:00:00Z' })
    expect((await lines('2026-04')).slice(1)).toEqual([
      'sub_1 coupon -1500',
      'sub_1 coupon -2000',
      'sub_1 coupon -3250',
    ])
  })

  it('take off nothing once they are ended', async () => {
    const { data } = await at(EARLY, (ctx) =>
      listRedemptions(ctx, { limit: 50, couponId: 'FIFTEEN' }),
    )
    for (const _again of [1, 2])
      await at('2026-05-10T00:00:00Z', (ctx) =>
        endRedemption(ctx, { redemptionId: data[0]?.id ?? '' }),
      )
    await bill({ period: '2026-05', at: '2026-06-01T12:00:00Z' })
    expect(await lines('2026-05')).toEqual(['sub_1 base_fee 10000'])
  })

  it('cannot be used past their limit, or freed from a finalized invoice, by any statement', async () => {
    const { id } = await invoiceOf('sub_1', '2026-04')
    const refused = [
      [sql`update coupon_applications set amount_minor = 1`, /cannot be changed/],
      [sql`delete from coupon_applications where invoice_id = ${id}`, /has used its coupon up/],
      [sql`update coupons set percentage = 99 where id = 'TWO'`, /its terms stand/],
      [sql`delete from coupons`, /archive it/],
      [sql`delete from coupon_redemptions`, /end it/],
      [
        sql`insert into coupon_applications select org_id, redemption_id, ${id}, '2026-04', 1
          from coupon_applications where invoice_id <> ${id} limit 1`,
        /does not go with invoice/,
      ],
    ] as const
    for (const [statement, reason] of refused)
      expect(await refusalOf(at(APRIL.at, (ctx) => ctx.db.execute(statement)))).toMatch(reason)
    const wrong = Object.entries(await selfcheck(world().scope())).filter(
      ([, result]) => !result.ok,
    )
    expect(wrong.filter(([name]) => name !== 'I9')).toEqual([])
  })
})

describeOnDatabases('a coupon of a customer with several subscriptions', (world) => {
  const { bill, define, lines, redeem, uses } = hands(world)
  beforeAll(async () => {
    const scope = world().scope('org_test', EARLY)
    await openShop(scope)
    await addAccount(scope, '1', { planId: 'flat' })
    for (const id of ['sub_2', 'sub_3'])
      await scope.transact((ctx) =>
        subscribe(ctx, { id, customerId: '1', planId: 'flat', startedAt: '2026-01-01T00:00:00Z' }),
      )
  })

  it('is on one invoice if once, and an amount is taken off once a period, with two runs at work', async () => {
    await define({ id: 'ONCE', percentage: '10', duration: 'once' })
    await define({ id: 'AMOUNT', amount: '150', currency: 'EUR', duration: 'forever' })
    for (const couponId of ['ONCE', 'AMOUNT']) await redeem({ couponId, customerId: '1' })
    await Promise.all([bill(FEBRUARY), bill(FEBRUARY)])
    expect((await lines('2026-01')).filter((line) => line.includes('coupon'))).toEqual([
      'sub_1 coupon -1000',
      'sub_1 coupon -9000',
      'sub_2 coupon -6000',
    ])
    expect(await uses('ONCE')).toEqual(['2026-01 1000 paid'])
    await bill(MARCH)
    expect((await lines('2026-02')).filter((line) => line.includes('coupon'))).toEqual([
      'sub_1 coupon -10000',
      'sub_2 coupon -5000',
    ])
  })
})

describeOnDatabases('single invoices of one customer made at once', (world) => {
  it('share out what waits: each coupon and item is on one of them, and none fails', async () => {
    const { define, item, items, lines, redeem } = hands(world)
    const scope = world().scope('org_test', EARLY)
    await openShop(scope)
    await addAccount(scope, '1', { planId: 'flat' })
    const ids = ['sub_1', 'sub_2', 'sub_3', 'sub_4']
    for (const id of ids.slice(1))
      await scope.transact((ctx) =>
        subscribe(ctx, { id, customerId: '1', planId: 'flat', startedAt: '2026-01-01T00:00:00Z' }),
      )
    await define({ id: 'ONCE', percentage: '10', duration: 'once' })
    await redeem({ couponId: 'ONCE', customerId: '1' })
    await item({ id: 'one', customerId: '1', description: 'One', unitPrice: '10' })
    await Promise.all(
      ids.map((subscriptionId) =>
        generateInvoice(world().scope('org_test', FEBRUARY.at), {
          subscriptionId,
          period: FEBRUARY.period,
        }),
      ),
    )
    expect(await items()).toEqual(['one taken'])
    const kinds = (await lines(FEBRUARY.period)).map((line) => line.replace(/^\w+ /, ''))
    expect(kinds.sort()).toEqual([
      ...Array<string>(4).fill('base_fee 10000'),
      'coupon -1100',
      'item 1000',
    ])
  })
})

describeOnDatabases('one-off items', (world) => {
  const { at, bill, invoiceOf, item, items, lines } = hands(world)
  beforeAll(async () => {
    const scope = world().scope('org_test', EARLY)
    await openShop(scope)
    for (const id of ['1', '2', '3']) await addAccount(scope, id, { planId: 'flat' })
  })

  it('go on the next invoice once, taxed, whoever bills at the same time', async () => {
    await item({
      id: 'setup',
      customerId: '1',
      description: 'Set-up',
      quantity: '2.5',
      unitPrice: '19.99',
      date: '2026-01-10',
    })
    await item({ id: 'rebate', customerId: '1', description: 'Goodwill', unitPrice: '-30' })
    await item({
      id: 'later',
      customerId: '1',
      description: 'Later',
      unitPrice: 7,
      date: '2026-02-20',
    })
    await Promise.all([bill(FEBRUARY), bill(FEBRUARY)])
    // 2.5 × 19.99 = 49.975
    expect(await lines('2026-01')).toEqual([
      'sub_1 base_fee 10000',
      'sub_1 item 4998',
      'sub_1 item -3000',
      'sub_2 base_fee 10000',
      'sub_3 base_fee 10000',
    ])
    expect(await invoiceOf('sub_1', '2026-01')).toMatchObject({ taxMinor: 2280n })
    const [setup] = await world()
      .system.db.select()
      .from(invoiceLines)
      .where(eq(invoiceLines.description, 'Set-up'))
    // Its day where the customer is.
    expect([setup?.periodStart.toString(), setup?.periodEnd.toString()]).toEqual([
      '2026-01-09T23:00:00Z',
      '2026-01-10T23:00:00Z',
    ])
    await bill(FEBRUARY)
    expect(await items()).toEqual(['later waits', 'rebate taken', 'setup taken'])
    await bill(MARCH)
    expect((await lines('2026-02')).slice(0, 2)).toEqual(['sub_1 base_fee 10000', 'sub_1 item 700'])
  })

  it('are deleted while they wait, not after', async () => {
    await item({ id: 'gone', customerId: '2', description: 'x', unitPrice: '1' })
    await at(EARLY, (ctx) => deleteItem(ctx, { itemId: 'gone' }))
    expect(await codeOf(at(EARLY, (ctx) => deleteItem(ctx, { itemId: 'gone' })))).toMatch(
      /^not_found/,
    )
    expect(await codeOf(at(EARLY, (ctx) => deleteItem(ctx, { itemId: 'setup' })))).toMatch(
      /^conflict/,
    )
    for (const statement of [
      sql`delete from invoice_items where id = 'setup'`,
      sql`update invoice_items set invoice_id = null where id = 'setup'`,
      sql`update invoice_items set unit_price = 1 where id = 'setup'`,
    ])
      expect(await refusalOf(at(EARLY, (ctx) => ctx.db.execute(statement)))).toMatch(
        /item setup (is on invoice|cannot be changed)/,
      )
  })

  it('below the invoice are refused: nothing is written, they wait on, and others are billed', async () => {
    await item({ id: 'too_much', customerId: '2', description: 'Too much', unitPrice: '-100.01' })
    const summary = await bill(APRIL)
    expect(summary).toMatchObject({
      generated: 2,
      skipped: [
        { customerId: '2', reason: expect.stringMatching(/-119\.01|-0\.01 EUR.*wait on$/) },
      ],
    })
    expect(await items()).toContain('too_much waits')
    await at(EARLY, (ctx) => deleteItem(ctx, { itemId: 'too_much' }))
  })

  it('of a void invoice wait for the next one', async () => {
    const { id } = await invoiceOf('sub_1', '2026-02')
    await at(APRIL.at, (ctx) => voidInvoice(ctx, { invoiceId: id, reason: 'wrong' }))
    expect(await items()).toContain('later waits')
  })

  it.each([
    [{ description: '' }, /^invalid_input: description/],
    [{ unitPrice: '0' }, /^invalid_input: unitPrice/],
    [{ unitPrice: 1.5 }, /^invalid_input: unitPrice/],
    [{ unitPrice: '1e20' }, /^invalid_input: unitPrice: .*beyond/],
    [{ quantity: '-1' }, /^invalid_input: quantity/],
    [{ currency: 'USD' }, /^invalid_input: currency: the customer's currency is EUR/],
    [{ date: '2026-02-30' }, /^invalid_input: date/],
    [{ customerId: 'nobody' }, /^not_found/],
    [{ id: 'setup' }, /^conflict/],
  ])('refuse %j', async (change, message) => {
    const input = { customerId: '3', description: 'x', unitPrice: '1', ...change }
    expect(await codeOf(item(input as Parameters<typeof item>[0]))).toMatch(message)
  })
})

describeOnDatabases('a draft that is dropped', (world) => {
  const org = 'org_grace'
  const { at, bill, define, item, items, lines, redeem, uses } = hands(world, org)
  it('lets go what it held, and the one that follows has it; a draft uses nothing up', async () => {
    await world().addOrg(org, { settings: { gracePeriodHours: 48 } })
    const scope = world().scope(org, EARLY)
    await openShop(scope)
    await addAccount(scope, '1', { planId: 'flat' })
    await define({ id: 'ONCE', percentage: '10', duration: 'once' })
    await redeem({ couponId: 'ONCE', subscriptionId: 'sub_1' })
    await item({ id: 'first', customerId: '1', description: 'First', unitPrice: '10' })
    expect(await bill(FEBRUARY)).toMatchObject({ generated: 0, waiting: 1 })
    expect(await uses('ONCE')).toEqual(['2026-01 1100 draft'])
    await item({ id: 'second', customerId: '1', description: 'Second', unitPrice: '10' })
    await bill(FEBRUARY)
    expect(await lines('2026-01')).toEqual([
      'sub_1 base_fee 10000',
      'sub_1 item 1000',
      'sub_1 item 1000',
      'sub_1 coupon -1200',
    ])
    await item({ id: 'too_much', customerId: '1', description: 'Too much', unitPrice: '-500' })
    await bill(FEBRUARY)
    expect(await lines('2026-01')).toEqual([])
    expect(await items()).toEqual(['first waits', 'second waits', 'too_much waits'])
    expect(await uses('ONCE')).toEqual([])
    await at(EARLY, (ctx) => deleteItem(ctx, { itemId: 'too_much' }))
    const target = { subscriptionId: 'sub_1', period: '2026-01' }
    for (const _again of [1, 2])
      await generateInvoice(world().scope(org, '2026-02-04T12:00:00Z'), target)
    expect(await uses('ONCE')).toEqual(['2026-01 1200 finalized'])
    expect(await items()).toEqual(['first taken', 'second taken'])
  })
})

describeOnDatabases('a run that is killed between drafts and numbers', (world) => {
  it('uses each coupon and item once all the same', async () => {
    const { define, items, redeem, item, uses } = hands(world)
    const scope = world().scope('org_test', EARLY)
    await openShop(scope)
    await define({ id: 'ONCE', percentage: '10', duration: 'once', maxRedemptions: 10 })
    for (let index = 1; index <= 6; index += 1) {
      await addAccount(scope, `${index}`, { planId: 'flat' })
      await redeem({ couponId: 'ONCE', customerId: `${index}` })
      await item({ id: `i${index}`, customerId: `${index}`, description: 'x', unitPrice: '1' })
    }
    for (const stopAt of ['drafting 2', 'drafting 6', 'finalizing 4'])
      await expect(
        runBilling(world().scope('org_test', FEBRUARY.at), {
          period: '2026-01',
          chunkSize: 2,
          concurrency: 1,
          onProgress: ({ phase, done }) => {
            if (`${phase} ${done}` === stopAt) throw new Error('killed')
          },
        }),
      ).rejects.toThrow('killed')
    await runBilling(world().scope('org_test', FEBRUARY.at), { period: '2026-01' })
    expect(await uses('ONCE')).toEqual(Array(6).fill('2026-01 1010 finalized'))
    expect(await items()).toEqual([1, 2, 3, 4, 5, 6].map((index) => `i${index} taken`))
    const applied = await world().system.db.select().from(couponApplications)
    expect(applied).toHaveLength(6)
  })
})
