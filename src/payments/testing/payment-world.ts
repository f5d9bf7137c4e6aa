import { and, eq } from 'drizzle-orm'
import type { Ctx, Scope } from '#db/context.ts'
import { claimDueJobs } from '#db/outbox.ts'
import { customers } from '#db/schema/customers.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { bankTransactions, payments, providerEvents } from '#db/schema/payments.ts'
import { outbox } from '#db/schema/tenancy.ts'
import type { TestWorld } from '#db/testing/database.ts'
import type { PaymentProvider, ProviderFor } from '#src/gateways/payments/provider.ts'
import { sandboxJobs } from '#src/gateways/payments/sandbox-jobs.ts'
import { sandboxProvider, sandboxWebhooks } from '#src/gateways/payments/sandbox.ts'
import { executeJob } from '#src/gateways/queue/execute.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { accountBalances } from '#src/ledger/balances.ts'
import { postTransaction } from '#src/ledger/post-transactions.ts'
import { paymentJobs } from '../jobs.ts'
import { receiveProviderEvent } from '../receive-provider-event.ts'

const WEBHOOK_SECRET = 'whsec_test'

/** The sandbox for a scope, on the world's clock. */
export function sandboxFor(world: TestWorld): ProviderFor {
  return (scope) =>
    sandboxProvider(scope, {
      webhookSecret: WEBHOOK_SECRET,
      clock: world.system.clock,
      publicUrl: 'http://localhost:3000',
    })
}

export function verifierOf(world: TestWorld) {
  return sandboxWebhooks({ webhookSecret: WEBHOOK_SECRET, clock: world.system.clock })
}

/** The sandbox with some calls replaced: a wire that breaks where a test wants it to. */
export function sandboxWith(
  world: TestWorld,
  change: (provider: PaymentProvider) => Partial<PaymentProvider>,
): ProviderFor {
  return (scope) => {
    const provider = sandboxFor(world)(scope)
    return { ...provider, ...change(provider) }
  }
}

/** A customer with nothing special. */
export async function addCustomer(
  scope: Scope,
  id: string,
  values: Partial<typeof customers.$inferInsert> = {},
): Promise<void> {
  await scope.transact((ctx) =>
    ctx.db.insert(customers).values({
      orgId: ctx.orgId,
      id,
      name: `Customer ${id} GmbH`,
      currency: 'EUR',
      country: 'DE',
      address: {},
      timeZone: 'Europe/Berlin',
      locale: 'de',
      taxIdStatus: 'none',
      taxExempt: false,
      audience: 'b2b',
      status: 'active',
      collection: 'card',
      manualHold: false,
      createdAt: ctx.now,
      ...values,
    }),
  )
}

const PARTY = { name: 'P', lines: [], country: 'DE', region: null, taxId: null, email: null }

/** A finalized invoice, posted in the ledger. */
export async function addInvoice(
  scope: Scope,
  input: { id: string; customerId: string; totalMinor: bigint; number?: string; currency?: string },
): Promise<void> {
  const currency = parseCurrency(input.currency ?? 'EUR')
  const number = input.number ?? `INV-2026-02-${input.id}`
  const party = { customerId: input.customerId, invoiceId: input.id, currency }
  await scope.transact(async (ctx) => {
    await ctx.db.insert(invoices).values({
      orgId: ctx.orgId,
      id: input.id,
      customerId: input.customerId,
      subscriptionId: `sub_${input.id}`,
      period: '2026-02',
      periodStart: ctx.now,
      periodEnd: ctx.now,
      status: 'finalized',
      number,
      currency,
      subtotalMinor: input.totalMinor,
      taxMinor: 0n,
      totalMinor: input.totalMinor,
      paidMinor: 0n,
      creditedMinor: 0n,
      seller: PARTY,
      buyer: PARTY,
      pricingVersion: '1',
      contentHash: 'h',
      paymentReference: number,
      publicToken: `${ctx.orgId}:${input.id}`,
      createdAt: ctx.now,
      finalizedAt: ctx.now,
      dueAt: ctx.now,
    })
    await postTransaction(ctx, {
      key: `invoice:${input.id}:finalized`,
      kind: 'invoice',
      reason: 'test',
      entries: [
        { ...party, account: 'receivable', amountMinor: input.totalMinor },
        { ...party, account: 'revenue:usage', amountMinor: -input.totalMinor },
      ],
    })
  })
}

const OURS = [
  'CHARGE_INVOICE',
  'REFUND_PAYMENT',
  'APPLY_PROVIDER_EVENT',
  'SETTLE_UNKNOWN',
  'SANDBOX_DELIVER_EVENT',
]

/** Runs the jobs of this room that are due, and those they cause, until none is left. Failed ones stay failed. */
export async function runJobs(
  world: TestWorld,
  options: { providerFor?: ProviderFor; jobs?: readonly string[] } = {},
): Promise<string[]> {
  const failures: string[] = []
  const deps = {
    system: world.system,
    random: () => 0,
    onFailure: (job: { job: string }, error: unknown) => {
      failures.push(`${job.job}: ${String(error)}`)
    },
    jobs: [
      ...paymentJobs({ providerFor: options.providerFor ?? sandboxFor(world) }),
      ...sandboxJobs({
        webhookSecret: WEBHOOK_SECRET,
        clock: world.system.clock,
        deliver: async (rawBody, signature) => {
          await receiveProviderEvent(world.system, verifierOf(world), rawBody, signature)
          return 200
        },
      }),
    ],
  }
  for (;;) {
    const claimed = await claimDueJobs(world.system.db, {
      realNow: world.system.clock.now(),
      limit: 1000,
      leaseSeconds: 60,
    })
    const ours = claimed.filter(({ job }) => (options.jobs ?? OURS).includes(job))
    if (ours.length === 0) return failures
    for (const job of ours) await executeJob(deps, job)
  }
}

/** Everything about money an organisation has, without ids. */
export async function moneyState(ctx: Ctx) {
  const rows = await ctx.db
    .select()
    .from(payments)
    .where(eq(payments.orgId, ctx.orgId))
    .orderBy(payments.invoiceId, payments.attempt)
  const bills = await ctx.db
    .select()
    .from(invoices)
    .where(eq(invoices.orgId, ctx.orgId))
    .orderBy(invoices.id)
  return {
    payments: rows.map((row) => ({
      status: row.status,
      amountMinor: row.amountMinor,
      refundedMinor: row.refundedMinor,
      cause: row.cause,
      declineCode: row.declineCode,
      failureCode: row.failureCode,
    })),
    invoices: bills.map(({ status, paidMinor }) => ({ status, paidMinor })),
    balances: (await accountBalances(ctx, {}))
      .filter(({ balanceMinor }) => balanceMinor !== 0n)
      .map((balance) => `${balance.account} ${balance.balanceMinor} ${balance.currency}`)
      .sort(),
  }
}

/** Jobs of a name, by key. */
export async function jobKeys(scope: Scope, job: string): Promise<string[]> {
  const rows = await scope.transact((ctx) =>
    ctx.db
      .select({ key: outbox.key })
      .from(outbox)
      .where(and(eq(outbox.orgId, ctx.orgId), eq(outbox.job, job))),
  )
  return rows.map(({ key }) => key).sort()
}

export async function eventRows(scope: Scope) {
  return scope.transact((ctx) =>
    ctx.db.select().from(providerEvents).where(eq(providerEvents.orgId, ctx.orgId)),
  )
}

export async function bankRows(scope: Scope) {
  return scope.transact((ctx) =>
    ctx.db
      .select()
      .from(bankTransactions)
      .where(eq(bankTransactions.orgId, ctx.orgId))
      .orderBy(bankTransactions.bookedOn, bankTransactions.id),
  )
}
