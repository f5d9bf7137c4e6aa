import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { rowsOf, type Ctx } from '#db/context.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { AppError } from '#src/kernel/errors.ts'
import { addContact } from './add-contact.ts'
import { changeAccountStatus } from './change-account-status.ts'
import { createCustomer } from './create-customer.ts'
import { listCustomers } from './list-customers.ts'
import { billingContact, contactsOf, loadCustomer } from './load-customer.ts'
import { updateCustomer } from './update-customer.ts'

const INPUT = { id: '1047', name: 'Kunde GmbH', currency: 'eur', country: 'de' }

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'accepted'
  } catch (error) {
    return error instanceof AppError ? error.code : String(error)
  }
}

describeOnDatabases('customers', (world) => {
  const inOrg = <T>(work: (ctx: Ctx) => Promise<T>) => world().scope().transact(work)

  it('gives the same answer to the same request, and a conflict to another under the same id', async () => {
    const first = await inOrg((ctx) => createCustomer(ctx, INPUT))
    expect(first).toMatchObject({ currency: 'EUR', country: 'DE', timeZone: 'Europe/Berlin' })
    await inOrg((ctx) => updateCustomer(ctx, '1047', { name: 'Kunde SE' }))
    const again = await inOrg((ctx) => createCustomer(ctx, INPUT))
    expect(again.name).toBe('Kunde SE')
    expect(await codeOf(inOrg((ctx) => createCustomer(ctx, { ...INPUT, currency: 'USD' })))).toBe(
      'conflict',
    )
  })

  it.each([
    ['currency', { currency: 'EURO' }],
    ['country', { country: 'XI' }],
    ['timeZone', { timeZone: 'Mars/Olympus' }],
    ['id', { id: 'a b' }],
    ['contacts.0.email', { contacts: [{ email: 'nobody', name: 'N' }] }],
  ])('names the field that is wrong: %s', async (path, change) => {
    const refusal = await inOrg((ctx) =>
      createCustomer(ctx, { ...INPUT, id: 'bad', ...change }),
    ).then(
      () => null,
      (error: unknown) => error,
    )
    expect(refusal).toBeInstanceOf(AppError)
    expect((refusal as AppError).fields.map((field) => field.path)).toContain(path)
  })

  it('keeps addresses in lower case, once per account, and writes to the billing contact', async () => {
    await inOrg((ctx) => createCustomer(ctx, { ...INPUT, id: '2001' }))
    const contact = { email: ' Ada@Kunde.Example ', name: 'Ada', role: 'billing' as const }
    await inOrg((ctx) =>
      addContact(ctx, '2001', { email: 'ops@kunde.example', name: 'Ops', role: 'technical' }),
    )
    expect(await inOrg((ctx) => billingContact(ctx, '2001'))).toBeNull()
    await inOrg((ctx) => addContact(ctx, '2001', contact))
    await inOrg((ctx) => addContact(ctx, '2001', contact))
    expect(await inOrg((ctx) => contactsOf(ctx, '2001'))).toHaveLength(2)
    expect(await inOrg((ctx) => billingContact(ctx, '2001'))).toEqual({
      email: 'ada@kunde.example',
      name: 'Ada',
    })
    expect(await codeOf(inOrg((ctx) => addContact(ctx, '9999', contact)))).toBe('not_found')
  })

  it('calls a tax ID pending until somebody has asked, invalid when the checksum is wrong', async () => {
    const make = (id: string, taxId: string, more = {}) =>
      inOrg((ctx) => createCustomer(ctx, { ...INPUT, id, taxId, ...more }))
    expect((await make('t1', 'DE136695976')).taxIdStatus).toBe('pending')
    expect((await make('t2', 'DE136695976', { taxIdStatus: 'valid' })).taxIdStatus).toBe('valid')
    expect((await make('t3', 'DE136695977')).taxIdStatus).toBe('invalid')
    const cleared = await inOrg((ctx) => updateCustomer(ctx, 't2', { taxId: null }))
    expect(cleared.taxIdStatus).toBe('none')
  })

  it('moves an account once, with an audit row, however often and from however many sides it is asked', async () => {
    await inOrg((ctx) => createCustomer(ctx, { ...INPUT, id: '3001' }))
    const move = () =>
      inOrg((ctx) =>
        changeAccountStatus(ctx, { customerId: '3001', to: 'past_due', cause: 'payment failed' }),
      )
    const outcomes = await Promise.allSettled([move(), move(), move()])
    const moved = outcomes.filter(
      (outcome) => outcome.status === 'fulfilled' && outcome.value.changed,
    )
    expect(moved).toHaveLength(1)
    expect((await move()).changed).toBe(false)
    const rows = await inOrg((ctx) =>
      rowsOf<{ data: unknown }>(
        ctx.db,
        sql`select data from audit_log where action = 'customer.status_changed' and subject_id = '3001'`,
      ),
    )
    expect(rows).toHaveLength(1)
    expect(
      await codeOf(
        inOrg((ctx) => changeAccountStatus(ctx, { customerId: '3001', to: 'trial', cause: 'x' })),
      ),
    ).toBe('conflict')
    expect((await inOrg((ctx) => loadCustomer(ctx, '3001'))).status).toBe('past_due')
  })

  it('lists every account once across pages', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const query = cursor === undefined ? { limit: 2 } : { limit: 2, cursor }
      const page = await inOrg((ctx) => listCustomers(ctx, query))
      seen.push(...page.data.map(({ id }) => id))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toEqual(expect.arrayContaining(['1047', '2001', '3001', 't1', 't2', 't3']))
  })
})
