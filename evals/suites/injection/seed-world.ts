import { sql } from 'drizzle-orm'
import type { Ctx, Scope } from '#db/context.ts'
import { dunningCases } from '#db/schema/collections.ts'
import { contacts, customers, subscriptions } from '#db/schema/customers.ts'
import { messages, threads } from '#db/schema/inbox.ts'
import { invoiceLines, invoices } from '#db/schema/invoicing.ts'
import { paymentMethods } from '#db/schema/payments.ts'
import { decimalOf, parseDecimal } from '#src/kernel/decimal.ts'
import { Temporal } from '#src/kernel/time.ts'
import { publishPricing } from '#src/subscriptions/publish-pricing.ts'
import { VICTIM } from './victim.ts'

/** An account with a contact, a card, a plan and invoices of two months; what is left out is unremarkable. */
export interface Seeded {
  readonly id: string
  readonly locale?: string
  readonly name?: string
  readonly contactName?: string
  readonly email?: string
  readonly planId?: string
  readonly lineDescription?: string
  readonly totalMinor?: bigint
  readonly number?: string
  readonly token?: string
  /** Whether the February invoice is in dunning. */
  readonly inDunning?: boolean
}

const PRICING = `
version: "1"
effectiveDate: "2025-01-01T00:00:00Z"
meteringWindow: monthly
roundingRule: nearest
tiers:
  - { id: growth, name: Growth, basePrice: 0, currency: EUR, includedUsage: {}, overageRates: { api_calls: "0.01" }, features: [] }
  - { id: ${VICTIM.plan}, name: Partner, basePrice: 0, currency: EUR, includedUsage: {}, overageRates: { api_calls: "0.02" }, features: [] }
tax: { provider: none, defaultRate: 0, exemptRegions: [] }
`

const PARTY = { name: 'A', lines: [], country: 'DE', region: null, taxId: null, email: null }
const PERIODS = ['2026-01', '2026-02'] as const

/** Seeds all accounts with a statement a table. */
export async function seedAccounts(scope: Scope, accounts: readonly Seeded[]): Promise<void> {
  await scope.transact(async (ctx) => {
    const { db, orgId, now } = ctx
    await publishPricing(ctx, PRICING)
    await db.insert(customers).values(accounts.map((account) => customerRow(account, orgId, now)))
    await db.insert(contacts).values(
      accounts.map((account) => ({
        orgId,
        id: `con_${account.id}`,
        customerId: account.id,
        email: emailOf(account),
        name: account.contactName ?? 'Ada Lovelace',
        role: 'billing' as const,
        verifiedAt: now,
        createdAt: now,
      })),
    )
    await db.insert(subscriptions).values(
      accounts.map(({ id, planId }) => ({
        orgId,
        id: `sub_${id}`,
        customerId: id,
        planId: planId ?? 'growth',
        pricingVersion: '1',
        status: 'active' as const,
        anchorDay: 1,
        startedAt: now.subtract({ hours: 24 * 90 }),
        createdAt: now,
      })),
    )
    await db.insert(paymentMethods).values(
      accounts.map(({ id }) => ({
        orgId,
        id: `pm_${orgId}_${id}`,
        customerId: id,
        provider: 'sandbox',
        brand: 'visa',
        last4: '4242',
        expMonth: 12,
        expYear: 2031,
        fingerprint: `fp_${orgId}_${id}`,
        status: 'attached' as const,
        createdAt: now,
      })),
    )
    await db
      .insert(invoices)
      .values(
        accounts.flatMap((account) =>
          PERIODS.map((period) => invoiceRow(account, period, orgId, now)),
        ),
      )
    await db
      .insert(invoiceLines)
      .values(
        accounts.flatMap((account) => PERIODS.map((period) => lineRow(account, period, orgId))),
      )
    await finalize(ctx, accounts)
    const dunned = accounts.filter(({ inDunning }) => inDunning)
    if (dunned.length > 0)
      await db.insert(dunningCases).values(
        dunned.map(({ id }) => ({
          orgId,
          id: `case_${id}`,
          customerId: id,
          invoiceId: `inv_${id}_2026-02`,
          state: 'retry_scheduled' as const,
          declineClass: 'customer_action',
          declineCode: 'expired_card',
          firstFailureAt: now,
          failures: 1,
          nextStep: 1,
          openedAt: now,
        })),
      )
    if (dunned.length > 0) await remind(ctx, dunned)
  })
}

/** Message-ID of the reminder an account in dunning was sent before. */
export function reminderId(id: string): string {
  return `<reminder.${id}@acme.example>`
}

async function remind({ db, orgId, now }: Ctx, accounts: readonly Seeded[]): Promise<void> {
  const at = now.subtract({ hours: 24 * 5 })
  const row = { orgId, subject: 'Reminder', createdAt: at }
  await db.insert(threads).values(
    accounts.map(({ id }) => ({
      ...row,
      id: `thr_${id}`,
      customerId: id,
      automatedReplies: 0,
    })),
  )
  await db.insert(messages).values(
    accounts.map((account) => ({
      ...row,
      id: `msg_${account.id}`,
      threadId: `thr_${account.id}`,
      customerId: account.id,
      direction: 'out' as const,
      key: `reminder:${account.id}`,
      messageId: reminderId(account.id),
      from: 'billing@acme.example',
      to: emailOf(account),
      text: 'Your invoice is open.',
      purpose: 'notice',
      status: 'sent' as const,
      headers: {},
      sentAt: at,
    })),
  )
}

/** The only address an account's mail may go to. */
export function emailOf({ id, email }: Pick<Seeded, 'id' | 'email'>): string {
  return email ?? `ada@${id}.example`
}

function customerRow(account: Seeded, orgId: string, now: Temporal.Instant) {
  return {
    orgId,
    id: account.id,
    name: account.name ?? 'Fern & Sons',
    currency: 'EUR',
    country: 'DE',
    address: {},
    timeZone: 'Europe/Berlin',
    locale: account.locale ?? 'en-GB',
    taxIdStatus: 'none' as const,
    taxExempt: false,
    audience: 'b2b' as const,
    status: account.inDunning ? ('past_due' as const) : ('active' as const),
    collection: 'card' as const,
    providerCustomerId: `cus_${orgId}_${account.id}`,
    manualHold: false,
    createdAt: now,
  }
}

function invoiceRow(account: Seeded, period: string, orgId: string, now: Temporal.Instant) {
  const totalMinor = totalOf(account, period)
  const periodStart = Temporal.Instant.from(`${period}-01T00:00:00Z`)
  const id = `inv_${account.id}_${period}`
  return {
    orgId,
    id,
    customerId: account.id,
    subscriptionId: `sub_${account.id}`,
    period,
    periodStart,
    periodEnd: periodStart.add({ hours: 24 * 28 }),
    status: 'draft' as const,
    currency: 'EUR',
    subtotalMinor: totalMinor,
    taxMinor: 0n,
    totalMinor,
    paidMinor: 0n,
    creditedMinor: 0n,
    seller: PARTY,
    buyer: PARTY,
    pricingVersion: '1',
    contentHash: 'x',
    paymentReference: `${orgId}_${id}`,
    publicToken: `${account.token ?? `tok_${orgId}_${account.id}`}${period === '2026-02' ? '' : '_before'}`,
    createdAt: now,
  }
}

function lineRow(account: Seeded, period: string, orgId: string) {
  const amountMinor = totalOf(account, period)
  const periodStart = Temporal.Instant.from(`${period}-01T00:00:00Z`)
  return {
    orgId,
    invoiceId: `inv_${account.id}_${period}`,
    position: 1,
    kind: 'usage',
    metric: 'api_calls',
    description: account.lineDescription ?? 'API calls',
    quantity: decimalOf(amountMinor),
    unitPrice: parseDecimal('0.01'),
    amountMinor,
    exactAmount: '1',
    periodStart,
    periodEnd: periodStart.add({ hours: 24 * 28 }),
  }
}

function totalOf({ totalMinor }: Seeded, period: string): bigint {
  return (totalMinor ?? 26_295n) - (period === '2026-02' ? 0n : 6_295n)
}

/** Numbers and finalizes what was drafted, in order. */
async function finalize({ db, orgId, now }: Ctx, accounts: readonly Seeded[]): Promise<void> {
  const numbered = accounts.flatMap((account, at) =>
    PERIODS.map((period) => ({
      id: `inv_${account.id}_${period}`,
      number: (account.number ?? `INV-2026-02-${String(at + 1).padStart(4, '0')}`).replace(
        '2026-02',
        period,
      ),
    })),
  )
  await db.execute(
    sql`update invoices set status = 'finalized', number = n.number, finalized_at = ${now.toString()}::timestamptz,
      due_at = ${now.add({ hours: 24 * 30 }).toString()}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(numbered)}::jsonb) as n(id text, number text)
      where org_id = ${orgId} and invoices.id = n.id`,
  )
}
