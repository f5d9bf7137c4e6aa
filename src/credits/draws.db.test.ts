import { and, eq, sql } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Ctx } from '#db/context.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { generateInvoice } from '#src/invoicing/generate-invoice.ts'
import { issueCreditNote } from '#src/invoicing/issue-credit-note.ts'
import { loadInvoice } from '#src/invoicing/load-invoice.ts'
import { previewInvoice } from '#src/invoicing/preview-invoice.ts'
import { runBilling } from '#src/invoicing/run-billing.ts'
import { addAccount, openShop, useCalls } from '#src/invoicing/testing/billing-world.ts'
import { voidInvoice } from '#src/invoicing/void-invoice.ts'
import { subscribe } from '#src/subscriptions/subscribe.ts'
import { creditBalance } from './credit-balance.ts'
import { accountsOf, creditProblems, give, purseOf } from './testing/credit-world.ts'

const FEBRUARY = '2026-02-15T00:00:00Z'
const MARCH = '2026-03-01T12:00:00Z'
const PERIOD = { period: '2026-02' }

describeOnDatabases('drawing prepaid credit', (world) => {
  let orgs = 0

  /** An organisation of its own with accounts of 100.00 net a month, VAT 19 %. */
  async function opened(ids: readonly string[], settings: Record<string, unknown> = {}) {
    orgs += 1
    const orgId = `org_draws_${orgs}`
    await world().addOrg(orgId, { settings })
    const scope = world().scope(orgId, FEBRUARY)
    await openShop(scope)
    for (const id of ids) await addAccount(scope, id, { planId: 'flat' })
    const at = (instant: string) => world().scope(orgId, instant)
    const march = at(MARCH)
    return {
      orgId,
      scope,
      at,
      march,
      bill: () => runBilling(march, PERIOD),
      read: <T>(work: (ctx: Ctx) => Promise<T>) => march.transact(work),
    }
  }

  type Shop = Awaited<ReturnType<typeof opened>>

  const invoiceOf = async (shop: Shop, customerId: string) => {
    const [row] = await shop.read((ctx) =>
      ctx.db
        .select({ id: invoices.id })
        .from(invoices)
        .where(and(eq(invoices.orgId, shop.orgId), eq(invoices.customerId, customerId))),
    )
    return shop.read((ctx) => loadInvoice(ctx, row?.id ?? ''))
  }

  async function expectSound(shop: Shop): Promise<void> {
    expect(await shop.read(creditProblems)).toEqual([])
  }

  describe('by a billing run', () => {
    let shop: Shop
    beforeAll(async () => {
      shop = await opened(['1', '2', '3'])
      await give(shop.scope, '1', '3000', { name: 'gift' })
      await give(shop.scope, '1', '20000', { name: 'taken over', kind: 'paid' })
      await give(shop.scope, '2', '4000', { name: 'gift' })
      await give(shop.scope, '2', '9900', { name: 'spring', effectiveAt: '2026-03-01T00:00:00Z' })
      await shop.bill()
    })

    it('lowers the invoice before tax, a line for each grant', async () => {
      const invoice = await invoiceOf(shop, '2')
      expect(invoice.lines.map(({ kind, amountMinor }) => `${kind} ${amountMinor}`)).toEqual([
        'base_fee 10000',
        'credit -4000',
      ])
      expect(invoice).toMatchObject({ subtotalMinor: 6000n, taxMinor: 1140n, totalMinor: 7140n })
      expect(invoice.lines[1]?.description).toBe('gift: promotional credit')
    })

    it('pays an invoice in full: nothing is left to tax or to collect', async () => {
      expect(await invoiceOf(shop, '1')).toMatchObject({
        status: 'paid',
        subtotalMinor: 0n,
        totalMinor: 0n,
      })
      expect(await invoiceOf(shop, '3')).toMatchObject({ totalMinor: 11900n })
    })

    it('books paid credit out of the liability, promotional credit against revenue', async () => {
      expect(await shop.read((ctx) => accountsOf(ctx, '1'))).toEqual({
        'customer_credit:prepaid': -13000n,
        opening_balance: 20000n,
        'revenue:base_fee': -10000n,
        'revenue:credit': 3000n,
      })
      expect(await shop.read((ctx) => purseOf(ctx, '1'))).toEqual([
        'gift 0/0',
        'taken over 13000/0',
      ])
      await expectSound(shop)
    })

    it('tells the balance as of any instant', async () => {
      const balance = (at: string) =>
        shop.at(at).transact((ctx) => creditBalance(ctx, { customerId: '2' }))
      expect(await balance('2026-02-14T00:00:00Z')).toMatchObject({ availableMinor: 0n })
      expect(await balance(FEBRUARY)).toMatchObject({
        availableMinor: 4000n,
        promotionalMinor: 4000n,
        scheduledMinor: 9900n,
      })
      expect(await balance(MARCH)).toMatchObject({ availableMinor: 9900n, reservedMinor: 0n })
    })

    it('is repeated without drawing again', async () => {
      expect(await shop.bill()).toMatchObject({ alreadyDone: true })
      expect(await shop.read((ctx) => purseOf(ctx, '1'))).toEqual([
        'gift 0/0',
        'taken over 13000/0',
      ])
    })

    it('refuses in the database to overdraw a grant, to change its terms or a movement', async () => {
      const refusal = async (statement: ReturnType<typeof sql>) => {
        try {
          await world().system.db.execute(statement)
          return 'accepted'
        } catch (error) {
          return String((error as Error).cause)
        }
      }
      expect(await refusal(sql`update credit_grants set remaining_minor = -1`)).toMatch(/check/)
      expect(await refusal(sql`update credit_grants set reserved_minor = 99999999`)).toMatch(
        /check/,
      )
      expect(await refusal(sql`update credit_grants set amount_minor = 5`)).toMatch(/terms/)
      expect(await refusal(sql`delete from credit_grants`)).toMatch(/cannot be deleted/)
      expect(await refusal(sql`update credit_movements set amount_minor = 5`)).toMatch(/refused/)
      expect(await refusal(sql`delete from credit_movements`)).toMatch(/refused/)
    })
  })

  it('gives drawn credit back when the invoice is voided, also one that it paid in full', async () => {
    const shop = await opened(['1', '2'])
    await give(shop.scope, '1', '15000', { name: 'paid', kind: 'paid' })
    await give(shop.scope, '2', '3000', { name: 'gift' })
    await shop.bill()
    for (const id of ['1', '2', '2']) {
      const invoice = await invoiceOf(shop, id)
      await shop.read((ctx) => voidInvoice(ctx, { invoiceId: invoice.id, reason: 'wrong plan' }))
    }
    expect(await shop.read((ctx) => purseOf(ctx, '1'))).toEqual(['paid 15000/0'])
    expect(await shop.read((ctx) => purseOf(ctx, '2'))).toEqual(['gift 3000/0'])
    expect(await shop.read((ctx) => accountsOf(ctx, '2'))).toEqual({})
    await expectSound(shop)
  })

  it('gives it back in the proportion of a credit note, to the cent over several', async () => {
    const shop = await opened(['1'])
    await give(shop.scope, '1', '1001', { name: 'gift' })
    await give(shop.scope, '1', '2000', { name: 'paid', kind: 'paid' })
    await shop.bill()
    const { id: invoiceId } = await invoiceOf(shop, '1')
    const credit = (netMinor: bigint | 'full', key: string) =>
      shop.read((ctx) =>
        issueCreditNote(ctx, { invoiceId, netMinor, key, reason: 'outage', approvedBy: 'e1' }),
      )
    await credit(2333n, 'a')
    await credit(2333n, 'a')
    await expectSound(shop)
    expect(await shop.read((ctx) => purseOf(ctx, '1'))).toEqual(['gift 334/0', 'paid 666/0'])
    await credit('full', 'b')
    expect(await shop.read((ctx) => purseOf(ctx, '1'))).toEqual(['gift 1001/0', 'paid 2000/0'])
    expect(await shop.read((ctx) => accountsOf(ctx, '1'))).toEqual({
      'customer_credit:prepaid': -2000n,
      opening_balance: 2000n,
    })
    await expectSound(shop)
  })

  it('returns to a grant that has ended meanwhile as one that can still be used', async () => {
    const shop = await opened(['1'])
    await give(shop.scope, '1', '4000', { name: 'gift', expiresAt: '2026-03-01T00:00:00Z' })
    await shop.bill()
    const { id: invoiceId } = await invoiceOf(shop, '1')
    await shop.read((ctx) => voidInvoice(ctx, { invoiceId, reason: 'wrong plan' }))
    expect(await shop.read((ctx) => purseOf(ctx, '1'))).toEqual(['gift 0/0', 'gift 4000/0'])
    const balance = await shop.read((ctx) => creditBalance(ctx, { customerId: '1' }))
    expect(balance).toMatchObject({ availableMinor: 4000n })
    expect(balance.nextExpiryAt?.toString()).toBe('2026-03-31T12:00:00Z')
    await expectSound(shop)
  })

  it('is set aside by a draft that waits, and anew when late usage changes it', async () => {
    const shop = await opened([], { gracePeriodHours: 24 })
    await addAccount(shop.scope, '1', { calls: '60000' })
    await shop.scope.transact((ctx) =>
      subscribe(ctx, {
        id: 'sub_1b',
        customerId: '1',
        planId: 'flat',
        startedAt: '2026-01-01T00:00:00Z',
        anchorDay: 1,
      }),
    )
    await give(shop.scope, '1', '12000', { name: 'gift' })
    const drawnBy = async () => {
      const rows = await shop.read((ctx) =>
        ctx.db
          .select({ total: invoices.subtotalMinor })
          .from(invoices)
          .where(eq(invoices.orgId, shop.orgId))
          .orderBy(invoices.subscriptionId),
      )
      return rows.map(({ total }) => total)
    }
    await shop.bill()
    // 50.00 of usage and 70.00 of the base fee.
    expect(await drawnBy()).toEqual([0n, 3000n])
    expect(await shop.read((ctx) => purseOf(ctx, '1'))).toEqual(['gift 12000/12000'])
    await useCalls(shop.scope, '1', '10000', '2026-02-11T00:00:00Z')
    await shop.bill()
    await shop.bill()
    expect(await drawnBy()).toEqual([0n, 4000n])
    expect(await shop.read((ctx) => purseOf(ctx, '1'))).toEqual(['gift 12000/12000'])
    await expectSound(shop)
    await runBilling(shop.at('2026-03-02T12:00:00Z'), PERIOD)
    expect(await shop.read((ctx) => purseOf(ctx, '1'))).toEqual(['gift 0/0'])
    await expectSound(shop)
  })

  it('draws what the preview showed, and once more for nobody', async () => {
    const shop = await opened(['1'])
    await give(shop.scope, '1', '4000', { name: 'gift' })
    const target = { subscriptionId: 'sub_1', period: '2026-02' }
    const seen = await shop.read((ctx) => previewInvoice(ctx, target))
    if (seen.kind !== 'draft') throw new Error(seen.reason)
    expect(seen.draft).toMatchObject({
      subtotalMinor: 6000n,
      claims: { draws: [{ amountMinor: 4000n }] },
    })
    const expectedHash = seen.draft.contentHash
    await generateInvoice(shop.march, { ...target, expectedHash })
    expect(await shop.read((ctx) => purseOf(ctx, '1'))).toEqual(['gift 0/0'])
    await expectSound(shop)
  })

  it('is drawn once by two runs and single generations at the same time', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `${index + 1}`)
    const shop = await opened(ids)
    for (const id of ids) {
      await shop.scope.transact((ctx) =>
        subscribe(ctx, {
          id: `sub_${id}_b`,
          customerId: id,
          planId: 'flat',
          startedAt: '2026-01-01T00:00:00Z',
          anchorDay: 1,
        }),
      )
      await give(shop.scope, id, '15000', { name: 'paid', kind: 'paid' })
    }
    const single = (id: string) =>
      generateInvoice(shop.march, { subscriptionId: id, period: '2026-02' })
    await Promise.all([
      runBilling(shop.march, { ...PERIOD, chunkSize: 3 }),
      runBilling(shop.march, { ...PERIOD, chunkSize: 5 }),
      ...ids.map((id) => single(`sub_${id}_b`)),
    ])
    await shop.bill()
    for (const id of ids) expect(await shop.read((ctx) => purseOf(ctx, id))).toEqual(['paid 0/0'])
    await expectSound(shop)
  })

  it('is neither lost nor drawn twice when a run is killed anywhere', async () => {
    const shop = await opened(['1', '2', '3', '4', '5', '6'])
    for (const id of ['1', '3', '5']) await give(shop.scope, id, '4000', { name: 'gift' })
    // The process dies at its n-th transaction: what that one did is rolled back.
    const diesAt = async (n: number) => {
      let left = n
      const dying = {
        ...shop.march,
        transact: <T>(work: (ctx: Ctx) => Promise<T>) =>
          shop.march.transact(async (ctx) => {
            const result = await work(ctx)
            left -= 1
            if (left === 0) throw new Error('killed')
            return result
          }),
      }
      return runBilling(dying, { ...PERIOD, chunkSize: 2, concurrency: 1 }).then(
        () => 'finished',
        String,
      )
    }
    const ends: string[] = []
    while (ends.at(-1) !== 'finished') {
      ends.push(await diesAt(ends.length + 1))
      await expectSound(shop)
    }
    expect(new Set(ends)).toEqual(new Set(['Error: killed', 'finished']))
    for (const id of ['1', '3', '5'])
      expect(await shop.read((ctx) => purseOf(ctx, id))).toEqual(['gift 0/0'])
    await expectSound(shop)
  })
})
