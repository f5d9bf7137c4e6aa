import { asc, eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { rowsOf, type Scope } from '#db/context.ts'
import { customers, taxIdChecks } from '#db/schema/customers.ts'
import { escalations } from '#db/schema/agents.ts'
import { invoices, invoiceTaxes } from '#db/schema/invoicing.ts'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { checkTaxId } from '#src/customers/check-tax-id.ts'
import { customerJobs } from '#src/customers/jobs.ts'
import { updateCustomer } from '#src/customers/update-customer.ts'
import { inProcessRunner } from '#src/gateways/queue/in-process.ts'
import { localRegister, type TaxIdRegister } from '#src/gateways/tax/register.ts'
import { openPeer, type Peer } from '#src/gateways/tax/testing/peer.ts'
import { viesRegister } from '#src/gateways/tax/vies.ts'
import { invoicingJobs } from '../jobs.ts'
import { runBilling } from '../run-billing.ts'
import { addAccount, openShop } from '../testing/billing-world.ts'
import { changeTaxSettings } from './change-tax-settings.ts'
import { loadCustomerTax, requestTaxIdCheck } from './customer-tax.ts'

const FEBRUARY = { period: '2026-02' }
const EARLY = '2026-02-15T00:00:00Z'
const MARCH = '2026-03-01T12:00:00Z'
const FRENCH = { country: 'FR', taxId: 'FR83404833048', name: 'Lumière SAS' }

let peer: Peer
const patience = { timeoutMs: 500, attempts: 0, firstDelayMs: 1, brokenForMs: 1 }
const down = [500, { errorWrappers: [{ error: 'MS_UNAVAILABLE' }] }] as const

function says(valid: boolean): void {
  peer.script = ({ body }) => {
    const { countryCode, vatNumber } = JSON.parse(body) as Record<string, string>
    const name = valid ? 'LUMIERE' : '---'
    return [
      200,
      { countryCode, vatNumber, valid, name, address: '---', requestIdentifier: 'WAPI1' },
    ]
  }
}

/** Does what is due at an instant, jobs that jobs cause included. */
async function work(world: TestWorld, at: string, register?: TaxIdRegister): Promise<void> {
  world.setNow(at)
  const vies = register ?? viesRegister(peer.url, patience)
  const failures: unknown[] = []
  const runner = inProcessRunner({
    system: world.system,
    random: () => 0,
    jobs: [
      ...customerJobs({ register: vies }),
      ...invoicingJobs({ publicUrl: 'https://billing.example', register: vies, calculator: null }),
    ].filter(({ name }) => name !== 'SEND_INVOICE'),
    onFailure: (job, error) => {
      if (job.job !== 'SEND_INVOICE') failures.push(error)
    },
  })
  while ((await runner.tick()) > 0);
  expect(failures).toEqual([])
}

/** A shop in Germany with one customer in France; subscription "sub_1". */
async function frenchCustomer(
  world: TestWorld,
  orgId: string,
  options: { settings?: object; customer?: object; mode?: 'live' | 'sandbox' } = {},
): Promise<(at: string) => Scope> {
  world.setNow(EARLY)
  const { settings = {}, mode = 'live' } = options
  await world.addOrg(orgId, { mode, taxId: 'DE811907980', settings: { tax: settings } })
  await openShop(world.scope(orgId, EARLY))
  await addAccount(world.scope(orgId, EARLY), '1', {
    planId: 'flat',
    customer: { ...FRENCH, ...options.customer },
  })
  return (at) => world.scope(orgId, at)
}

async function taxesOf(world: TestWorld, orgId: string): Promise<string[]> {
  const rows = await world.system.db
    .select({ invoice: invoices, tax: invoiceTaxes })
    .from(invoices)
    .leftJoin(invoiceTaxes, eq(invoiceTaxes.invoiceId, invoices.id))
    .where(eq(invoices.orgId, orgId))
    .orderBy(asc(invoices.customerId))
  return rows.map(({ invoice, tax }) =>
    [invoice.status, invoice.holdCode ?? 'free', tax?.treatment, `${tax?.amountMinor}`].join(' '),
  )
}

async function openQuestions(world: TestWorld, orgId: string): Promise<string[]> {
  const rows = await world.system.db
    .select({ status: escalations.status, summary: escalations.summary })
    .from(escalations)
    .where(eq(escalations.orgId, orgId))
  return rows.filter(({ status }) => status === 'open').map(({ summary }) => summary)
}

describeOnDatabases('a VAT ID', (world) => {
  beforeAll(async () => {
    peer = await openPeer()
  })
  afterAll(() => peer.close())
  beforeEach(() => {
    peer.seen.length = 0
  })

  it('is asked about once it is given, with its evidence kept, and taken at its word', async () => {
    says(true)
    const at = await frenchCustomer(world(), 'org_valid')
    await work(world(), EARLY)
    const { customer, checks, taxes, open } = await at(EARLY).transact((ctx) =>
      loadCustomerTax(ctx, '1'),
    )
    expect(customer).toMatchObject({ taxIdStatus: 'valid', taxIdSource: 'vies' })
    expect(checks).toMatchObject([
      {
        outcome: 'valid',
        registeredName: 'LUMIERE',
        nameMatch: 'match',
        consultationNumber: 'WAPI1',
      },
    ])
    expect(peer.seen.map(({ body }) => JSON.parse(body))).toMatchObject([
      { vatNumber: '83404833048', requesterNumber: '811907980' },
    ])
    expect(taxes).toMatchObject([{ jurisdiction: 'FR', treatment: 'reverse_charge' }])
    expect(open).toBeNull()
    const summary = await runBilling(at(MARCH), FEBRUARY)
    expect(summary).toMatchObject({ generated: 1, held: [], status: 'finished' })
    expect(await taxesOf(world(), 'org_valid')).toEqual(['finalized free reverse_charge 0'])
  })

  it('that VIES does not answer about holds its invoice and nobody else’s, until it does', async () => {
    peer.script = [down]
    const at = await frenchCustomer(world(), 'org_down')
    await addAccount(at(EARLY), '2', { planId: 'flat' })
    await addAccount(at(EARLY), '3', { planId: 'flat', customer: { country: 'US', region: 'NY' } })
    await work(world(), EARLY)
    const first = await runBilling(at(MARCH), FEBRUARY)
    expect(first).toMatchObject({
      generated: 2,
      waiting: 1,
      status: 'finalizing',
      held: [
        {
          customerId: '1',
          code: 'tax_id_pending',
          reason: expect.stringMatching(/FR83404833048 is not confirmed/),
        },
      ],
    })
    await work(world(), MARCH)
    expect(await openQuestions(world(), 'org_down')).toEqual([
      expect.stringMatching(/^The invoice of 1 for 2026-02 stays a draft.*MS_UNAVAILABLE/),
    ])
    // Again: nothing new, neither invoice nor question.
    expect(await runBilling(at(MARCH), FEBRUARY)).toMatchObject({ generated: 2, waiting: 1 })
    await work(world(), '2026-03-01T12:30:00Z')
    expect(await openQuestions(world(), 'org_down')).toHaveLength(1)

    says(true)
    await work(world(), '2026-03-01T14:00:00Z')
    expect(await taxesOf(world(), 'org_down')).toEqual([
      'finalized free reverse_charge 0',
      'finalized free taxed 1900',
      'finalized free outside_scope 0',
    ])
    expect(await openQuestions(world(), 'org_down')).toEqual([])
    expect(await runBilling(at('2026-03-01T15:00:00Z'), FEBRUARY)).toMatchObject({
      generated: 3,
      held: [],
      status: 'finished',
    })
  })

  it('that VIES calls invalid is billed with the VAT of its country', async () => {
    says(false)
    const at = await frenchCustomer(world(), 'org_invalid')
    await work(world(), EARLY)
    await runBilling(at(MARCH), FEBRUARY)
    expect(await taxesOf(world(), 'org_invalid')).toEqual(['finalized free taxed 2000'])
  })

  it('whose answer is garbage stays what it was', async () => {
    peer.script = [[200, '<html>maintenance</html>']]
    const at = await frenchCustomer(world(), 'org_garbage')
    await work(world(), EARLY)
    const { customer, checks } = await at(EARLY).transact((ctx) => loadCustomerTax(ctx, '1'))
    expect(customer.taxIdStatus).toBe('pending')
    expect(checks).toMatchObject([
      { outcome: 'unavailable', detail: expect.stringMatching(/unreadable/) },
    ])
  })

  it('is billed with VAT after the hours the organisation waits, and not before', async () => {
    peer.script = [down]
    const at = await frenchCustomer(world(), 'org_hours', {
      settings: { pendingTaxIdHours: 24 * 15 },
    })
    await work(world(), EARLY)
    expect(await runBilling(at(MARCH), FEBRUARY)).toMatchObject({ generated: 0, waiting: 1 })
    await work(world(), MARCH)
    await work(world(), '2026-03-01T23:59:59Z')
    expect(await taxesOf(world(), 'org_hours')).toEqual(['draft tax_id_pending taxed 2000'])
    await work(world(), '2026-03-02T00:00:00Z')
    expect(await taxesOf(world(), 'org_hours')).toEqual(['finalized free taxed 2000'])
    const [row] = await world()
      .system.db.select()
      .from(invoiceTaxes)
      .where(eq(invoiceTaxes.orgId, 'org_hours'))
    expect(row).toMatchObject({
      note: expect.stringMatching(/not confirmed/),
      rateSince: '2014-01-01',
    })
    expect(row?.taxPoint.toString()).toBe('2026-02-28T22:59:59.999999Z')
  })

  it('lets go of what waits when the organisation states what it is, or no longer waits', async () => {
    peer.script = [down]
    const stated = await frenchCustomer(world(), 'org_stated')
    await runBilling(stated(MARCH), FEBRUARY)
    await stated(MARCH).transact((ctx) => updateCustomer(ctx, '1', { taxIdStatus: 'valid' }))
    await work(world(), MARCH)
    expect(await taxesOf(world(), 'org_stated')).toEqual(['finalized free reverse_charge 0'])

    const settled = await frenchCustomer(world(), 'org_settled')
    await runBilling(settled(MARCH), FEBRUARY)
    await settled(MARCH).transact((ctx) => changeTaxSettings(ctx, { pendingTaxIdHours: 0 }))
    await work(world(), MARCH)
    expect(await taxesOf(world(), 'org_settled')).toEqual(['finalized free taxed 2000'])
  })

  it('confirmed too long ago is asked about again before an invoice relies on it', async () => {
    says(true)
    const at = await frenchCustomer(world(), 'org_stale', { settings: { taxIdRecheckDays: 10 } })
    await work(world(), EARLY)
    peer.script = [down]
    expect(await runBilling(at(MARCH), FEBRUARY)).toMatchObject({
      held: [
        { code: 'tax_id_stale', reason: expect.stringMatching(/confirmed last on 2026-02-15/) },
      ],
    })
    await work(world(), MARCH)
    expect(await taxesOf(world(), 'org_stale')).toEqual(['draft tax_id_stale reverse_charge 0'])
    says(false)
    await work(world(), '2026-03-01T12:05:00Z')
    expect(await taxesOf(world(), 'org_stale')).toEqual(['finalized free taxed 2000'])
  })

  it('is asked about again on request, and what the organisation stated gives way to VIES', async () => {
    says(false)
    const at = await frenchCustomer(world(), 'org_again', { customer: { taxIdStatus: 'valid' } })
    await work(world(), EARLY)
    expect(peer.seen).toEqual([])
    await at(MARCH).transact((ctx) => requestTaxIdCheck(ctx, '1'))
    await work(world(), MARCH)
    const { checks } = await at(MARCH).transact((ctx) => loadCustomerTax(ctx, '1'))
    expect(checks.map(({ source, outcome }) => `${source} ${outcome}`)).toEqual([
      'vies invalid',
      'stated valid',
    ])
  })

  it('of Britain, Switzerland or Norway is never asked about at VIES', async () => {
    says(true)
    const at = await frenchCustomer(world(), 'org_british', {
      customer: { country: 'GB', taxId: 'GB980780684' },
    })
    await expect(at(MARCH).transact((ctx) => requestTaxIdCheck(ctx, '1'))).rejects.toThrow(
      /VIES has no numbers like GB/,
    )
    // It decides nothing while the seller is not registered there.
    expect(await runBilling(at(MARCH), FEBRUARY)).toMatchObject({ generated: 1, held: [] })
    expect(peer.seen).toEqual([])
  })

  it('without a register waits for a person in a live organisation; a sandbox may take it', async () => {
    const live = await frenchCustomer(world(), 'org_local')
    await runBilling(live(MARCH), FEBRUARY)
    await work(world(), MARCH, localRegister())
    expect(await openQuestions(world(), 'org_local')).toEqual([
      expect.stringMatching(/no register is set up/),
    ])
    await expect(
      live(MARCH).transact((ctx) => changeTaxSettings(ctx, { simulatedTaxIds: 'valid' })),
    ).rejects.toThrow(/does not simulate/)
    const sandbox = await frenchCustomer(world(), 'org_sandbox', {
      mode: 'sandbox',
      settings: { simulatedTaxIds: 'valid' },
    })
    await work(world(), EARLY, localRegister())
    await runBilling(sandbox(MARCH), FEBRUARY)
    expect(await taxesOf(world(), 'org_sandbox')).toEqual(['finalized free reverse_charge 0'])
    const [check] = await world()
      .system.db.select()
      .from(taxIdChecks)
      .where(eq(taxIdChecks.orgId, 'org_sandbox'))
    expect(check).toMatchObject({ source: 'local', detail: expect.stringMatching(/simulated/) })
  })

  it('that is replaced while VIES is asked does not get the old one’s answer', async () => {
    const at = await frenchCustomer(world(), 'org_replaced')
    const slow: TaxIdRegister = {
      name: 'vies',
      check: async () => {
        await at(EARLY).transact((ctx) => updateCustomer(ctx, '1', { taxId: 'FR40303265045' }))
        return { kind: 'valid', name: null, address: null, consultationNumber: null }
      },
    }
    await checkTaxId(at(EARLY), slow, '1')
    const [row] = await world()
      .system.db.select()
      .from(customers)
      .where(eq(customers.orgId, 'org_replaced'))
    expect(row).toMatchObject({ taxId: 'FR40303265045', taxIdStatus: 'pending' })
  })

  it('costs a billing run no statement per customer', async () => {
    const counts: number[] = []
    for (const size of [5, 40]) {
      const orgId = `org_many_${size}`
      const at = await frenchCustomer(world(), orgId, { customer: { taxIdStatus: 'valid' } })
      for (let n = 2; n <= size; n += 1)
        await addAccount(at(EARLY), `${n}`, {
          planId: 'flat',
          customer: { country: 'FR', taxId: 'FR83404833048' },
        })
      const scope = at(MARCH)
      let statements = 0
      await runBilling(
        {
          ...scope,
          transact: (job) =>
            scope.transact((ctx) =>
              job({
                ...ctx,
                db: new Proxy(ctx.db, {
                  get: (target, key) => {
                    if (['select', 'insert', 'update', 'execute', 'delete'].includes(String(key)))
                      statements += 1
                    const value: unknown = Reflect.get(target, key)
                    return typeof value === 'function' ? value.bind(target) : value
                  },
                }),
              }),
            ),
        },
        FEBRUARY,
      )
      counts.push(statements)
      const [held] = await rowsOf<{ n: string }>(
        world().system.db,
        sql`select count(*)::text as n from invoices where org_id = ${orgId} and hold_code is not null`,
      )
      expect(held?.n).toBe(`${size - 1}`)
    }
    expect(counts[1]).toBe(counts[0])
  })

  it('keeps its evidence from being changed', async () => {
    await expect(
      world()
        .scope('org_valid', MARCH)
        .transact((ctx) => ctx.db.execute(sql`update tax_id_checks set outcome = 'valid'`)),
    ).rejects.toThrow(/tax_id_checks/)
  })
})

describeOnDatabases('a customer in the United States without a state', (world) => {
  it('holds the invoice, names the field, and goes on once it is there', async () => {
    await world().addOrg('org_us', { settings: { taxRegistrations: ['US-NY'] } })
    const at = (when: string) => world().scope('org_us', when)
    await openShop(at(EARLY))
    await addAccount(at(EARLY), '1', { planId: 'flat', customer: { country: 'US' } })
    expect(await runBilling(at(MARCH), FEBRUARY)).toMatchObject({
      held: [{ code: 'region_missing', reason: expect.stringMatching(/^region: /) }],
    })
    await work(world(), MARCH, localRegister())
    expect(await openQuestions(world(), 'org_us')).toEqual([expect.stringMatching(/region: /)])
    await at(MARCH).transact((ctx) => updateCustomer(ctx, '1', { region: 'NY' }))
    await work(world(), MARCH, localRegister())
    expect(await taxesOf(world(), 'org_us')).toEqual(['finalized free taxed 400'])
    expect(await openQuestions(world(), 'org_us')).toEqual([])
  })
})
