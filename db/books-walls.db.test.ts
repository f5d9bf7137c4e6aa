import { sql, type SQL } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import { describeOnDatabases } from './testing/database.ts'
import { refusal } from './testing/refusal.ts'

const AT = sql`'2026-03-01T00:00:00Z'::timestamptz`

function transaction(id: string, count: number, org = 'org_test'): SQL {
  return sql`insert into ledger_transactions (org_id, id, key, kind, at, actor, reason, entry_count)
    values (${org}, ${id}, ${id}, 'payment', ${AT}, 'system:test', 'test', ${count})`
}

interface Entry {
  readonly amount: number
  readonly currency?: string
  readonly org?: string
  readonly invoice?: string
  readonly customer?: string
  readonly later?: boolean
}

function entries(id: string, rows: readonly Entry[], from = 0): SQL {
  const values = rows.map(
    (
      { amount, currency = 'EUR', org = 'org_test', invoice: of = null, customer = null, later },
      n,
    ) =>
      sql`(${org}, ${id}, ${from + n}, 'cash:bank', ${customer}, ${of}, ${currency}, ${amount}, ${AT} ${sql.raw(later ? "+ interval '1 hour'" : '')})`,
  )
  return sql`insert into ledger_entries
    (org_id, transaction_id, position, account, customer_id, invoice_id, currency, amount_minor, at)
    values ${sql.join(values, sql`, `)}`
}

function invoice(id: string, status: string): SQL {
  return sql`insert into invoices (org_id, id, customer_id, subscription_id, period, period_start, period_end, status, number,
      currency, subtotal_minor, tax_minor, total_minor, paid_minor, credited_minor, seller, buyer, pricing_version, content_hash,
      payment_reference, public_token, created_at)
    values ('org_test', ${id}, 'c1', ${`sub_${id}`}, '2026-02', ${AT}, ${AT}, ${status}, ${status === 'draft' ? null : id}, 'EUR',
      100, 19, 119, 0, 0, '{}', '{}', '1', 'h', '', ${`token_${id}`}, ${AT})`
}

const note = (
  id: string,
) => sql`insert into credit_notes (org_id, id, number, invoice_id, customer_id, currency, net_minor,
    tax_minor, total_minor, reason, approved_by, key, created_at)
  values ('org_test', ${id}, ${id}, 'open', 'c1', 'EUR', 10, 2, 12, 'r', 'm', ${id}, ${AT})`
const noteLine = (id: string, net: number, position = 0) =>
  sql`insert into credit_note_lines values ('org_test', ${id}, ${position}, 0, 'usage', 'calls', ${net})`
const noteTax = (id: string, amount: number) =>
  sql`insert into credit_note_taxes values ('org_test', ${id}, 0, 10, ${amount})`

const INVOICE_STATES = ['draft', 'finalized', 'paid', 'void', 'uncollectible'] as const
const ALLOWED = new Set([
  'draft finalized',
  'draft paid',
  'finalized paid',
  'finalized void',
  'finalized uncollectible',
  'paid finalized',
  'uncollectible paid',
])

describeOnDatabases('the walls around the books', (world) => {
  /** As the application does it: its role, one transaction. */
  const app = (...statements: SQL[]) =>
    refusal(
      world()
        .scope()
        .transact(async ({ db }) => {
          for (const statement of statements) await db.execute(statement)
        }),
    )
  const owner = (statement: SQL) => refusal(world().system.db.execute(statement))

  beforeAll(async () => {
    await world().addOrg('org_other')
    const written = await app(
      transaction('led_1', 2),
      entries('led_1', [{ amount: 100 }, { amount: -100 }]),
      invoice('open', 'draft'),
      sql`insert into invoice_lines (org_id, invoice_id, position, kind, description, quantity, amount_minor, exact_amount,
          period_start, period_end) values ('org_test', 'open', 0, 'usage', 'calls', 1, 100, '1', ${AT}, ${AT})`,
      sql`insert into invoice_taxes (org_id, invoice_id, position, jurisdiction, rate, base_minor, amount_minor, tax_point)
          values ('org_test', 'open', 0, 'DE', 0.19, 100, 19, ${AT})`,
      sql`update invoices set status = 'finalized', number = 'open' where id = 'open'`,
      sql`insert into invoice_numbers values ('org_test', '2026-02', 3)`,
      sql`insert into audit_log values ('org_test', 'aud_1', ${AT}, 'a', 'b', 'c', 'd', 'e', '{}')`,
      note('cn_1'),
      noteLine('cn_1', 10),
      noteTax('cn_1', 2),
    )
    if (written !== 'accepted') throw new Error(written)
  })

  const REFUSED: readonly [string, RegExp, ...SQL[]][] = [
    [
      'debits without credits',
      /does not balance/,
      transaction('x', 1),
      entries('x', [{ amount: 1 }]),
    ],
    [
      'a cent too much',
      /does not balance/,
      transaction('x', 2),
      entries('x', [{ amount: 2 }, { amount: -1 }]),
    ],
    [
      'two currencies, each balanced',
      /mixes EUR and USD/,
      transaction('x', 4),
      entries('x', [
        { amount: 1 },
        { amount: -1 },
        { amount: 1, currency: 'USD' },
        { amount: -1, currency: 'USD' },
      ]),
    ],
    ['a transaction without entries', /has no entries/, transaction('x', 0)],
    [
      'fewer entries than announced',
      /complete with 3 entries, not 2/,
      transaction('x', 3),
      entries('x', [{ amount: 1 }, { amount: -1 }]),
    ],
    [
      'entries added to an earlier transaction',
      /complete with 2 entries, not 4/,
      entries('led_1', [{ amount: 1 }, { amount: -1 }], 2),
    ],
    [
      'entries of no transaction',
      /does not exist/,
      entries('nowhere', [{ amount: 1 }, { amount: -1 }]),
    ],
    [
      'entries of another instant',
      /another instant/,
      transaction('x', 2),
      entries('x', [{ amount: 1, later: true }, { amount: -1 }]),
    ],
    [
      'an invoice of another currency',
      /another currency or customer/,
      transaction('x', 2),
      entries('x', [
        { amount: 1, currency: 'USD', invoice: 'open', customer: 'c1' },
        { amount: -1, currency: 'USD' },
      ]),
    ],
    [
      'an invoice of another customer',
      /another currency or customer/,
      transaction('x', 2),
      entries('x', [{ amount: 1, invoice: 'open', customer: 'c2' }, { amount: -1 }]),
    ],
    [
      'a transaction of another organisation',
      /row-level security/,
      transaction('x', 2, 'org_other'),
    ],
    [
      'entries of another organisation',
      /row-level security/,
      transaction('x', 2),
      entries('x', [
        { amount: 1, org: 'org_other' },
        { amount: -1, org: 'org_other' },
      ]),
    ],
    [
      'a note that is not the sum of its lines',
      /not the sum/,
      note('x'),
      noteLine('x', 9),
      noteTax('x', 2),
    ],
    ['a note that is not the sum of its taxes', /not the sum/, note('x'), noteLine('x', 10)],
    ['a line added to an earlier note', /not the sum/, noteLine('cn_1', 1, 1)],
    [
      'a line added to a finalized invoice',
      /is not a draft/,
      sql`insert into invoice_lines (org_id, invoice_id, position, kind, description, quantity, amount_minor, exact_amount,
          period_start, period_end) values ('org_test', 'open', 1, 'usage', 'calls', 1, 1, '1', ${AT}, ${AT})`,
    ],
    [
      'a line taken off a finalized invoice',
      /open is not a draft/,
      sql`delete from invoice_lines where invoice_id = 'open'`,
    ],
    [
      'a line moved from a finalized invoice to a draft',
      /open is not a draft/,
      invoice('new', 'draft'),
      sql`update invoice_lines set invoice_id = 'new' where invoice_id = 'open'`,
    ],
    [
      'a line moved from a draft to a finalized invoice, among others that may change',
      /open is not a draft/,
      invoice('new', 'draft'),
      sql`insert into invoice_lines (org_id, invoice_id, position, kind, description, quantity, amount_minor, exact_amount,
          period_start, period_end) select 'org_test', 'new', n, 'usage', 'calls', 1, 1, '1', ${AT}::timestamptz, ${AT}::timestamptz
          from generate_series(7, 9) n`,
      sql`update invoice_lines set invoice_id = case position when 8 then 'open' else 'new' end where invoice_id = 'new'`,
    ],
    [
      'a tax taken off a finalized invoice',
      /open is not a draft/,
      sql`delete from invoice_taxes where invoice_id = 'open'`,
    ],
    [
      'another total of a finalized invoice',
      /cannot be changed/,
      sql`update invoices set total_minor = 1 where id = 'open'`,
    ],
    [
      'more credited than invoiced',
      /invoices_money/,
      sql`update invoices set credited_minor = 120 where id = 'open'`,
    ],
    [
      'less than nothing paid',
      /invoices_money/,
      sql`update invoices set paid_minor = -1 where id = 'open'`,
    ],
    ['a number given twice', /only counts up/, sql`update invoice_numbers set last = 2`],
    [
      'sums of its own making',
      /permission denied/,
      sql`insert into ledger_sums values ('org_test', 'cash:bank', 'EUR', '2026-03-01', 1, 0)`,
    ],
    [
      'a transaction summed twice',
      /permission denied/,
      sql`insert into ledger_unsummed values ('org_test', 'led_1')`,
    ],
    [
      'a seal of its own',
      /permission denied/,
      sql`insert into audit_seals values ('org_test', 1, '{}', '', '', ${AT})`,
    ],
    ['an audit row kept from the seal', /permission denied/, sql`delete from audit_unsealed`],
  ]

  it.each(REFUSED)('refuses the application %s', async (_what, message, ...statements) => {
    expect(await app(...statements)).toMatch(message)
  })

  const KEPT = [
    'ledger_transactions',
    'ledger_entries',
    'audit_log',
    'credit_notes',
    'credit_note_lines',
    'credit_note_taxes',
    'invoices',
    'invoice_lines',
    'invoice_taxes',
    'invoice_numbers',
  ] as const

  describe.each(KEPT)('%s', (table) => {
    const name = sql.identifier(table)
    it('is neither emptied nor cut, not even by the owner', async () => {
      for (const statement of [sql`delete from ${name}`, sql`truncate ${name}`]) {
        expect(await owner(statement)).toMatch(
          /refused|cannot be deleted|cannot change|only counts up/,
        )
        expect(await app(statement)).toMatch(/permission denied|cannot be deleted|cannot change/)
      }
    })
  })

  it.each([
    'ledger_transactions',
    'ledger_entries',
    'audit_log',
    'credit_notes',
    'credit_note_lines',
    'credit_note_taxes',
  ])('refuses to change a row of %s, the owner too', async (table) => {
    const update = sql`update ${sql.identifier(table)} set org_id = org_id`
    expect(await owner(update)).toMatch(/refused/)
    expect(await app(update)).toMatch(/permission denied/)
  })

  it('moves an invoice between states only as an invoice can', async () => {
    const moved: string[] = []
    const refused: string[] = []
    for (const from of INVOICE_STATES)
      for (const to of INVOICE_STATES) {
        if (from === to) continue
        const answer = await app(
          invoice(`${from}_${to}`, from),
          sql`update invoices set status = ${to}, number = coalesce(number, id) where id = ${`${from}_${to}`}`,
        )
        if (answer === 'accepted') moved.push(`${from} ${to}`)
        else refused.push(answer)
      }
    expect(new Set(moved)).toEqual(ALLOWED)
    expect(refused.filter((answer) => !/cannot become/.test(answer))).toEqual([])
  })
})
