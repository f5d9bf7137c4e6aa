import { sql, type SQL } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { rowsOf } from '#db/context.ts'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { rolledUp } from '#src/metering/testing/rolled-up.ts'
import { applyPayment } from '../apply-payment.ts'
import { runBilling } from '../run-billing.ts'
import { addAccount1047, openShop, useCalls } from '../testing/billing-world.ts'
import { investigateInvoice } from './investigate-invoice.ts'
import type { LayerName } from './layers.ts'
import { corrupted } from './testing/corrupted.ts'

const NUMBER = 'INV-2026-02-0001'
const MARCH = '2026-03-01T12:00:00Z'

async function investigated(world: TestWorld) {
  const found = await world
    .scope('org_test', MARCH)
    .transact((ctx) => investigateInvoice(ctx, NUMBER))
  const wrong = found.layers.filter(({ ok }) => ok === false)
  return { found, first: found.firstDifference, wrong }
}

describeOnDatabases('the investigation of an invoice', (world) => {
  beforeAll(async () => {
    const early = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(early)
    await addAccount1047(early)
    await useCalls(early, '1047', '109', '2026-02-11T08:15:00Z')
    await rolledUp(world())
    await runBilling(world().scope('org_test', MARCH), { period: '2026-02' })
    const [invoice] = await rowsOf<{ id: string }>(world().system.db, sql`select id from invoices`)
    await world()
      .scope('org_test', MARCH)
      .transact((ctx) =>
        applyPayment(ctx, {
          invoiceId: invoice?.id ?? '',
          paymentId: 'p1',
          amountMinor: 1000n,
          account: 'cash:bank',
        }),
      )
  })

  it('finds every layer in agreement where nothing is wrong', async () => {
    const { found, wrong } = await investigated(world())
    expect(wrong).toEqual([])
    expect(found).toMatchObject({ source: 'events', firstDifference: null, overbilledMinor: 0n })
    expect(found.layers.map(({ layer, ok }) => [layer, ok])).toEqual([
      ['events', true],
      ['quantities', true],
      ['lines', true],
      ['totals', true],
      ['tax', true],
      ['ledger', true],
      ['payments', true],
    ])
  })

  const HARMS: [LayerName, string, SQL][] = [
    ['events', 'an event is gone', sql`delete from usage_events where quantity = 109`],
    [
      'events',
      'a bucket counts one twice',
      sql`update usage_buckets set sum = sum + 109 where sum = 109`,
    ],
    [
      'quantities',
      'a line has another quantity',
      sql`update invoice_lines set quantity = quantity + 1 where position = 1`,
    ],
    ['quantities', 'a line is missing', sql`delete from invoice_lines where position = 1`],
    [
      'lines',
      'a line has another amount',
      sql`update invoice_lines set amount_minor = amount_minor + 100 where position = 1`,
    ],
    [
      'lines',
      'a line has another price',
      sql`update invoice_lines set unit_price = 0.002 where position = 1`,
    ],
    ['totals', 'the subtotal is off', sql`update invoices set subtotal_minor = subtotal_minor + 1`],
    ['totals', 'the total is off', sql`update invoices set total_minor = total_minor - 1`],
    ['tax', 'the rate is another', sql`update invoice_taxes set rate = 0.16`],
    ['tax', 'the tax is another', sql`update invoice_taxes set amount_minor = amount_minor + 1`],
    [
      'ledger',
      'the books say another receivable',
      sql`update ledger_entries set amount_minor = amount_minor + 1 where account = 'receivable' and amount_minor > 0`,
    ],
    [
      'ledger',
      'tax went to another country',
      sql`update ledger_entries set account = 'tax_payable:FR' where account = 'tax_payable:DE'`,
    ],
    ['payments', 'less was paid than booked', sql`update invoices set paid_minor = 999`],
    ['payments', 'a credit note is claimed', sql`update invoices set credited_minor = 5`],
  ]
  it.each(HARMS)('names "%s" first when %s', async (expected, _what, harm) => {
    const found = await corrupted(world(), harm, (db) =>
      investigateInvoice({ ...world().scope('org_test', MARCH), db }, NUMBER),
    )
    expect(found.firstDifference).toBe(expected)
    expect(found.layers.find(({ layer }) => layer === expected)?.differences[0]).toMatchObject({
      where: expect.stringMatching(/./),
      expected: expect.stringMatching(/./),
      found: expect.stringMatching(/./),
    })
  })

  it('says by how much too much was asked', async () => {
    const harm = sql`update invoice_lines set amount_minor = amount_minor + 100 where position = 1`
    const found = await corrupted(world(), harm, (db) =>
      investigateInvoice({ ...world().scope('org_test', MARCH), db }, NUMBER),
    )
    expect(found.overbilledMinor).toBe(100n)
  })

  it('does not take late usage for a fault, and says that it waits', async () => {
    await useCalls(
      world().scope('org_test', '2026-03-03T00:00:00Z'),
      '1047',
      '7',
      '2026-02-12T00:00:00Z',
    )
    await rolledUp(world())
    const { found, wrong } = await investigated(world())
    expect(wrong).toEqual([])
    expect(found.late).toEqual([
      { metric: 'api_calls', quantity: '7', events: 1, adjustedOn: null },
    ])
  })

  it('goes as far as the buckets once raw events are detached', async () => {
    await world().system.db.execute(
      sql`alter table usage_events detach partition usage_events_2026_02`,
    )
    const { found, first } = await investigated(world())
    expect(first).toBe(null)
    expect(found.source).toBe('buckets')
    expect(found.layers.slice(0, 3).map(({ layer, ok, note }) => [layer, ok, note])).toEqual([
      ['events', null, 'the raw events of 2026-02 are detached: only buckets are left'],
      [
        'quantities',
        null,
        'buckets hold usage that came after the invoice, and the raw events are detached',
      ],
      ['lines', true, null],
    ])
  })

  it('knows no invoice that there is not', async () => {
    await expect(
      world()
        .scope()
        .transact((ctx) => investigateInvoice(ctx, 'INV-2026-02-9999')),
    ).rejects.toThrow('no invoice INV-2026-02-9999')
  })
})
