import { sql, type SQL } from 'drizzle-orm'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { rowsOf, type Ctx } from '#db/context.ts'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { runBilling } from '#src/invoicing/run-billing.ts'
import { addAccount, addAccount1047, openShop } from '#src/invoicing/testing/billing-world.ts'
import { sumLedger } from '#src/ledger/sum-ledger.ts'
import { rollUp } from '#src/metering/roll-up.ts'
import { attachCard } from '#src/payments/attach-card.ts'
import { runJobs, sandboxFor } from '#src/payments/testing/payment-world.ts'
import { sealAudit } from '#src/tenancy/seal-audit.ts'
import { selfcheck, type Invariant } from './selfcheck.ts'

/** A month of two accounts: one pays by card, one owes; all usage is rolled up. */
async function liveThroughFebruary(world: TestWorld): Promise<void> {
  const february = world.scope('org_test', '2026-02-15T00:00:00Z')
  await openShop(february)
  await addAccount1047(february)
  await addAccount(february, '2', { customer: { collection: 'card' }, calls: '150000' })
  const deps = { providerFor: sandboxFor(world) }
  await attachCard(february, deps, { customerId: '2', token: 'pm_card_visa' })
  // On a shared server somebody else's transaction may hold the roll-up back for a moment.
  await vi.waitUntil(
    async () => {
      await rollUp(world.system)
      return (await rolledUp(world)) === 2
    },
    { timeout: 30_000 },
  )
  world.setNow('2026-03-01T06:00:00Z')
  await runBilling(world.scope(), { period: '2026-02' })
  expect(await runJobs(world)).toEqual([])
  await sumLedger(world.system)
  await sealAudit(world.system)
  // A mail server is not part of this month.
  await world.system.db.execute(sql`update outbox set status = 'done'`)
  // Somebody else's account, to point at.
  await world.addOrg('org_other')
  await addAccount(world.scope('org_other'), 'stranger', { planId: null })
}

async function rolledUp(world: TestWorld): Promise<number> {
  const rows = await rowsOf(world.system.db, sql`select 1 from usage_buckets`)
  return rows.length
}

class Undo extends Error {}

/** What the check says of a database in which something was broken past all walls; the breach is taken back. */
async function checkBroken(world: TestWorld, breaches: readonly SQL[]) {
  let found: Awaited<ReturnType<typeof selfcheck>> | undefined
  const scope = world.scope()
  const undone = world.system.db.transaction(async (db) => {
    // No trigger fires: what the walls keep out has to be let in first.
    await db.execute(sql`select set_config('session_replication_role', 'replica', true)`)
    for (const breach of breaches) await db.execute(breach)
    await db.execute(
      sql`select set_config('session_replication_role', 'origin', true),
        set_config('role', 'tollkeeper_app', true), set_config('tollkeeper.org_id', 'org_test', true)`,
    )
    const { orgId, now, actor, newId } = scope
    const ctx: Ctx = { db, orgId, now, actor, newId }
    found = await selfcheck({ ...scope, transact: (work) => work(ctx) })
    throw new Undo()
  })
  await expect(undone).rejects.toThrow(Undo)
  if (!found) throw new Error('nothing was checked')
  return found
}

const NOW = sql`'2026-03-01T06:00:00Z'::timestamptz`

/** A grant of 500 that nothing explains. */
const GRANT = sql`insert into credit_grants (org_id, id, customer_id, currency, kind, priority, amount_minor,
    remaining_minor, reserved_minor, effective_at, key, created_at)
  values ('org_test', 'crg_1', '1047', 'EUR', 'paid', 50, 500, 500, 0, ${NOW}, 'k', ${NOW})`

const BREACHES: readonly [Invariant, RegExp, ...SQL[]][] = [
  [
    'I1',
    /is off by 1 EUR/,
    sql`update ledger_entries set amount_minor = amount_minor + 1 where account = 'receivable' and amount_minor > 0`,
  ],
  ['I1', /has no entries/, sql`delete from ledger_entries`],
  [
    'I1',
    /announced 2 entries and has 1|announced 3 entries and has 2/,
    sql`delete from ledger_entries where position = 1`,
  ],
  ['I1', /mixes currencies/, sql`update ledger_entries set currency = 'USD' where position = 0`],
  ['I1', /have no transaction/, sql`delete from ledger_transactions`],
  [
    'I1',
    /the sums of receivable on 2026-03-01 are off by 1 EUR/,
    sql`update ledger_sums set debit_minor = debit_minor + 1 where account = 'receivable'`,
  ],
  [
    'I1',
    /the sums of receivable .* are off by/,
    sql`insert into ledger_unsummed select org_id, id from ledger_transactions where kind = 'invoice'`,
  ],
  ['I2', /its lines sum to/, sql`update invoice_lines set amount_minor = amount_minor + 1`],
  ['I2', /its taxes sum to/, sql`delete from invoice_taxes`],
  ['I2', /not its total/, sql`update invoices set total_minor = total_minor + 1`],
  [
    'I2',
    /credit notes exceed it/,
    sql`insert into credit_notes (org_id, id, number, invoice_id, customer_id, currency, net_minor, tax_minor,
          total_minor, reason, approved_by, key, created_at)
        select org_id, 'cn_1', 'CN-2026-03-0001', id, customer_id, currency, total_minor, 1, total_minor + 1,
          'r', 'mbr_1', 'k', ${NOW} from invoices where customer_id = '1047'`,
  ],
  ['I2', /crg_1 has 500 left, its movements say 0/, GRANT],
  ['I2', /owe 0 EUR of prepaid credit to customer 1047, 500 is left/, GRANT],
  ['I2', /crg_1 has 7 reserved/, GRANT, sql`update credit_grants set reserved_minor = 7`],
  [
    'I2',
    /shows 1 of credit, its grants gave 0/,
    sql`update invoice_lines set kind = 'credit', amount_minor = -1 where invoice_id in (
          select id from invoices where customer_id = '1047') and position = 1`,
  ],
  [
    'I2',
    /the coupons it used are off its lines by 7/,
    sql`insert into coupon_applications (org_id, redemption_id, invoice_id, period, amount_minor)
        select org_id, 'r', id, period, 7 from invoices where customer_id = '1047'`,
  ],
  [
    'I2',
    /the one-off items it took up are off its lines by -1/,
    sql`update invoice_lines set kind = 'item' where position = 0 and invoice_id in
        (select id from invoices where customer_id = '1047')`,
  ],
  ['I2', /paid but not settled/, sql`update invoices set status = 'paid', paid_minor = 0`],
  [
    'I2',
    /is not the sum of its lines and taxes/,
    sql`insert into credit_notes (org_id, id, number, invoice_id, customer_id, currency, net_minor, tax_minor,
          total_minor, reason, approved_by, key, created_at)
        select org_id, 'cn_1', 'CN-2026-03-0001', id, customer_id, currency, 10, 1, 11, 'r', 'mbr_1', 'k', ${NOW}
        from invoices where customer_id = '1047'`,
  ],
  [
    'I2',
    /of it as a loss/,
    sql`update ledger_entries set account = 'bad_debt' where account = 'receivable'`,
  ],
  [
    'I2',
    /which still counts/,
    sql`update invoices set corrects = (select id from invoices where customer_id = '1047') where customer_id = '2'`,
  ],
  [
    'I2',
    /of credit too much used/,
    sql`update ledger_entries set account = 'customer_credit' where account = 'receivable' and customer_id = '1047'`,
  ],
  ['I3', /its event is missing/, sql`delete from usage_events where customer_id = '1047'`],
  [
    'I3',
    /is stored 2 times/,
    sql`insert into usage_events (org_id, event_id, idempotency_key, customer_id, metric, timestamp, quantity, received_at)
        select org_id, event_id, idempotency_key, customer_id, metric, timestamp, quantity, received_at
        from usage_events where customer_id = '1047'`,
  ],
  ['I3', /buckets say/, sql`update usage_buckets set sum = sum + 1 where customer_id = '1047'`],
  [
    'I3',
    /cover the same usage/,
    sql`update invoices set subscription_id = 'sub_1047', period_start = period_start + interval '1 second'
        where customer_id = '2'`,
  ],
  [
    'I4',
    /was charged 2 times/,
    sql`insert into sandbox_objects (org_id, id, kind, data, created_at)
        select org_id, id || '_again', kind, data || jsonb_build_object('id', id || '_again'), created_at
        from sandbox_objects where kind = 'payment_intent'`,
  ],
  [
    'I4',
    /cash in the ledger is/,
    sql`update payments set refunded_minor = 1 where status = 'succeeded'`,
  ],
  [
    'I4',
    /are open, 0 is set aside/,
    sql`insert into refunds (org_id, id, payment_id, invoice_id, customer_id, idempotency_key, kind, currency, amount_minor,
          status, reason, created_at)
        select org_id, 'ref_1', id, invoice_id, customer_id, 'k', 'card', currency, 5, 'requested', 'r', ${NOW} from payments`,
  ],
  [
    'I4',
    /has 0 refunded, its refunds are 5/,
    sql`insert into refunds (org_id, id, payment_id, invoice_id, customer_id, idempotency_key, kind, currency, amount_minor,
          status, reason, created_at)
        select org_id, 'ref_1', id, invoice_id, customer_id, 'k', 'card', currency, 5, 'succeeded', 'r', ${NOW} from payments`,
  ],
  ['I4', /not a payment of ours/, sql`delete from payments`],
  ['I4', /was never booked/, sql`update ledger_transactions set key = 'elsewhere:' || key`],
  [
    'I5',
    /took day3 2 times/,
    sql`insert into audit_log (org_id, id, at, actor, action, subject_type, subject_id, reason, data)
        select 'org_test', 'aud_planted_' || n, ${NOW}, 'system:test', 'dunning.step_taken', 'dunning_case', 'dun_1',
          'r', '{"step": "day3"}' from generate_series(1, 2) n`,
  ],
  [
    'I5',
    /less than 72 hours apart/,
    sql`insert into threads (org_id, id, customer_id, subject, automated_replies, created_at)
        values ('org_test', 'thr_1', '1047', 's', 0, ${NOW})`,
    sql`insert into messages (org_id, id, thread_id, customer_id, direction, key, message_id, "from", "to", subject,
          text, purpose, dunning_case_id, status, headers, created_at, send_at)
        select 'org_test', 'msg_' || n, 'thr_1', '1047', 'out', 'dunning:dun_1:day' || n, '<' || n || '@a>', 'a@b.example',
          'c@d.example', 's', 't', 'dunning', 'dun_1', 'sent', '{}', ${NOW}, ${NOW} from generate_series(1, 2) n`,
  ],
  [
    'I6',
    /series 2026-02 has 2 documents numbered 1 to 9/,
    sql`update invoices set number = 'INV-2026-02-0009' where customer_id = '1047'`,
  ],
  ['I6', /counts to 3/, sql`update invoice_numbers set last = 3`],
  ['I6', /without a number/, sql`update invoices set number = null where customer_id = '1047'`],
  [
    'I7',
    /contacts.customer_id points to stranger/,
    sql`update contacts set customer_id = 'stranger' where org_id = 'org_test' and customer_id = '1047'`,
  ],
  [
    'I8',
    /the chart has no account pocket/,
    sql`update ledger_entries set account = 'pocket' where account = 'receivable'`,
  ],
  [
    'I8',
    /audit seal 1 is not the hash of its rows/,
    sql`update audit_log set reason = 'another' where id = (select min(id) from audit_log where org_id = 'org_test')`,
  ],
  [
    'I8',
    /is sealed and gone/,
    sql`delete from audit_log where id = (select max(id) from audit_log where org_id = 'org_test')`,
  ],
  [
    'I8',
    /was never sealed/,
    sql`insert into audit_log (org_id, id, at, actor, action, subject_type, subject_id, reason, data)
        values ('org_test', 'aud_slipped_in', ${NOW}, 'a', 'b', 'c', 'd', 'e', '{}')`,
  ],
  [
    'I8',
    /audit seal 1 is not the hash|does not follow/,
    sql`update audit_seals set previous_hash = 'x' where seq = 1`,
  ],
  ['I8', /no actor or no reason/, sql`update ledger_transactions set reason = ''`],
  [
    'I8',
    /has no approval/,
    sql`update ledger_transactions set kind = 'write_off', approval = null`,
  ],
  [
    'I9',
    /gave up: boom/,
    sql`update outbox set status = 'failed', last_error = 'boom' where job = 'SEND_INVOICE'`,
  ],
  [
    'I9',
    /is due since/,
    sql`update outbox set status = 'pending', due_at = ${NOW} - interval '2 hours' where job = 'SEND_INVOICE'`,
  ],
  [
    'I9',
    /was never applied/,
    sql`update provider_events set applied_at = null, received_at = ${NOW} - interval '2 hours'`,
  ],
  [
    'I9',
    /is unknown since/,
    sql`update payments set status = 'unknown', created_at = ${NOW} - interval '2 days'`,
  ],
]

describeOnDatabases('selfcheck', (world) => {
  beforeAll(() => liveThroughFebruary(world()))

  it('finds every invariant true where nothing is wrong', async () => {
    const results = await selfcheck(world().scope())
    const wrong = Object.entries(results).filter(([, { ok }]) => !ok)
    expect(wrong).toEqual([])
    expect(Object.keys(results)).toEqual(['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9'])
  })

  describe('names what is broken', () => {
    it.each(BREACHES)('%s: %s', async (invariant, problem, ...breaches) => {
      const result = (await checkBroken(world(), breaches))[invariant]
      expect(result.ok).toBe(false)
      expect(result.problems.join('\n')).toMatch(problem)
      expect(result.problems.length).toBeLessThanOrEqual(20)
    })
  })

  it('looks at one organisation only', async () => {
    const result = await checkBroken(world(), [
      sql`update contacts set customer_id = '1047' where org_id = 'org_other'`,
    ])
    expect(Object.values(result).every(({ ok }) => ok)).toBe(true)
  })
})
