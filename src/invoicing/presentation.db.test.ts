import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeOnDatabases } from '#db/testing/database.ts'
import { presentations } from '#db/schema/invoicing.ts'
import { changeBranding } from '#src/tenancy/branding.ts'
import { generateInvoice } from './generate-invoice.ts'
import { loadInvoice } from './load-invoice.ts'
import { addAccount, openShop } from './testing/billing-world.ts'

const BANK = { name: 'Old Bank', iban: 'DE89370400440532013000', bic: '' }
const NEW_BANK = { name: 'New Bank', iban: 'GB29NWBK60161331926819', bic: '' }

describeOnDatabases('what an invoice is issued with', (world) => {
  it('stays as it was, whatever the organisation changes later; the next invoice has the new', async () => {
    const early = world().scope('org_test', '2026-02-15T00:00:00Z')
    await openShop(early)
    for (const id of ['1', '2', '3']) await addAccount(early, id, { calls: '50000' })
    world().setNow('2026-03-01T12:00:00Z')
    const scope = world().scope()
    const change = (changes: Parameters<typeof changeBranding>[1]) =>
      scope.transact((ctx) => changeBranding(ctx, changes))
    const issue = async (id: string) => {
      const made = await generateInvoice(scope, {
        subscriptionId: `sub_${id}`,
        period: '2026-02',
      })
      if (made.kind !== 'invoice') throw new Error(made.kind)
      return made.invoiceId
    }
    const read = (id: string) => scope.transact((ctx) => loadInvoice(ctx, id))

    await change({ bank: BANK, banks: { USD: NEW_BANK }, paymentTermsDays: 14, footerText: 'old' })
    const [first, second] = [await issue('1'), await issue('2')]
    const before = await read(first)
    expect(before.presentation).toMatchObject({
      bank: BANK,
      paymentTermsDays: 14,
      footerText: 'old',
    })

    await change({ banks: { EUR: NEW_BANK }, paymentTermsDays: 30, footerText: 'new' })
    const third = await issue('3')
    expect((await read(first)).presentation).toEqual(before.presentation)
    expect((await read(second)).presentation.footerText).toBe('old')
    expect((await read(third)).presentation).toMatchObject({
      bank: NEW_BANK,
      paymentTermsDays: 30,
      footerText: 'new',
    })
    // One row for each state of the settings, which nobody can change.
    const { db } = world().system
    expect(await db.select().from(presentations)).toHaveLength(2)
    await expect(db.execute(sql`update presentations set content = '{}'`)).rejects.toMatchObject({
      cause: { code: '23001' },
    })
  })
})
