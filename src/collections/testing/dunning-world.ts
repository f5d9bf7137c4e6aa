import { and, asc, eq, lte, sql } from 'drizzle-orm'
import { scopeAt, type Ctx } from '#db/context.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { messages } from '#db/schema/inbox.ts'
import { payments } from '#db/schema/payments.ts'
import { outbox } from '#db/schema/tenancy.ts'
import type { TestWorld } from '#db/testing/database.ts'
import { createCustomer } from '#src/customers/create-customer.ts'
import type { Actor } from '#src/kernel/ids.ts'
import { parseInstant, type Instant } from '#src/kernel/time.ts'
import { advanceCase } from '../advance-case.ts'
import { commitDunningMail } from '../commit-mail.ts'
import { recordPaymentFailure } from '../record-failure.ts'

export const PERSON: Actor = { kind: 'member', id: 'mbr_1' }
export const AGENT: Actor = { kind: 'agent', id: 'dunning_agent' }

/** An organisation's dunning, lived through: time, charges and mail are the test's. */
export function dunningWorld(world: TestWorld, orgId: string) {
  const at = <T>(when: string | Instant, work: (ctx: Ctx) => Promise<T>, actor?: Actor) => {
    const now = typeof when === 'string' ? parseInstant(when) : when
    const who = actor ?? { kind: 'system', id: 'test' }
    return scopeAt(world.system, orgId, who, now).transact(work)
  }

  const debtor = (id: string, timeZone = 'Europe/Berlin') =>
    at('2026-02-01T00:00:00Z', async (ctx) => {
      await createCustomer(ctx, {
        id,
        name: `Kunde ${id}`,
        currency: 'EUR',
        country: 'DE',
        timeZone,
        contacts: [{ email: `billing@c${id}.example`, name: 'Ada' }],
      })
      return bill(ctx, id, `inv_${id}`)
    })

  /** A payment row as payments leave it, and what they tell collections. */
  const fail = (when: string | Instant, invoiceId: string, code: string, cause = 'finalized') =>
    at(when, async (ctx) => {
      const { customerId, attempt } = await pay(ctx, invoiceId, { status: 'failed', code, cause })
      return recordPaymentFailure(ctx, {
        invoiceId,
        customerId,
        paymentId: `pay_${invoiceId}_${attempt}`,
        code,
        declineCode: code,
        networkCode: null,
        kind: 'failed',
      })
    })

  /** Does the jobs of one name that are due by then, each at its own hour, as the test clock does. */
  const runUntil = async (until: string, onCharge: OnCharge = () => Promise.resolve()) => {
    const limit = parseInstant(until)
    for (;;) {
      const job = await at(until, (ctx) => nextDue(ctx, limit))
      if (!job) return
      const { caseId, step, invoiceId, cause } = job.payload as Record<string, string>
      await at(job.dueAt, (ctx) => done(ctx, job.id))
      if (job.job === 'CHARGE_INVOICE') await onCharge(invoiceId ?? '', cause ?? '', job.dueAt)
      else if (job.job === 'ADVANCE_DUNNING')
        await at(job.dueAt, (ctx) => advanceCase(ctx, { caseId: caseId ?? '' }))
      else
        await at(job.dueAt, (ctx) =>
          commitDunningMail(ctx, {
            caseId: caseId ?? '',
            step: step ?? '',
            subject: 's',
            text: 't',
          }),
        )
    }
  }

  const mails = () =>
    at('2027-01-01T00:00:00Z', async (ctx) => {
      const rows = await ctx.db
        .select()
        .from(messages)
        .where(eq(messages.direction, 'out'))
        .orderBy(asc(messages.sendAt))
      return rows.map(
        (row) =>
          `${row.customerId} ${row.key.split(':').slice(2).join(':')} ${row.sendAt?.toString()} ${row.status}`,
      )
    })

  return { at, debtor, fail, runUntil, mails }
}

export type OnCharge = (invoiceId: string, cause: string, when: Instant) => Promise<unknown>

const JOBS = sql`('ADVANCE_DUNNING', 'DRAFT_DUNNING_MAIL', 'CHARGE_INVOICE')`

async function nextDue(ctx: Ctx, limit: Instant) {
  const [job] = await ctx.db
    .select({ id: outbox.id, job: outbox.job, payload: outbox.payload, dueAt: outbox.dueAt })
    .from(outbox)
    .where(
      and(lte(outbox.dueAt, limit), eq(outbox.status, 'pending'), sql`${outbox.job} in ${JOBS}`),
    )
    .orderBy(asc(outbox.dueAt), asc(outbox.id))
    .limit(1)
  return job
}

async function done(ctx: Ctx, id: string): Promise<void> {
  await ctx.db.update(outbox).set({ status: 'done' }).where(eq(outbox.id, id))
}

/** A finalized invoice over 100.00. */
export async function bill(ctx: Ctx, customerId: string, id: string): Promise<string> {
  const party = { name: 'P', lines: [], country: 'DE', region: null, taxId: null, email: null }
  await ctx.db.insert(invoices).values({
    orgId: ctx.orgId,
    id,
    customerId,
    subscriptionId: `sub_${id}`,
    period: '2026-02',
    periodStart: ctx.now,
    periodEnd: ctx.now,
    status: 'finalized',
    number: `NR-${id}`,
    currency: 'EUR',
    subtotalMinor: 10_000n,
    taxMinor: 0n,
    totalMinor: 10_000n,
    paidMinor: 0n,
    creditedMinor: 0n,
    seller: party,
    buyer: party,
    pricingVersion: 'v1',
    contentHash: 'h',
    paymentReference: id,
    publicToken: `${ctx.orgId}_${id}`,
    createdAt: ctx.now,
    finalizedAt: ctx.now,
    dueAt: ctx.now,
  })
  return id
}

/** One payment row; returns its attempt. */
export async function pay(
  ctx: Ctx,
  invoiceId: string,
  payment: {
    status: 'failed' | 'unknown' | 'requires_action' | 'succeeded'
    code?: string
    cause?: string
    fingerprint?: string
  },
): Promise<{ customerId: string; attempt: number }> {
  const [invoice] = await ctx.db.select().from(invoices).where(eq(invoices.id, invoiceId))
  const earlier = await ctx.db.select().from(payments).where(eq(payments.invoiceId, invoiceId))
  const attempt = earlier.length + 1
  const customerId = invoice?.customerId ?? ''
  await ctx.db.insert(payments).values({
    orgId: ctx.orgId,
    id: `pay_${invoiceId}_${attempt}`,
    invoiceId,
    customerId,
    attempt,
    kind: 'card',
    provider: 'sandbox',
    idempotencyKey: `${invoiceId}:${attempt}`,
    fingerprint: payment.fingerprint ?? `fp_${customerId}`,
    currency: 'EUR',
    amountMinor: 10_000n,
    refundedMinor: 0n,
    status: payment.status,
    failureCode: payment.code ?? null,
    declineCode: payment.code ?? null,
    actionUrl: payment.status === 'requires_action' ? 'https://bank.example/3ds' : null,
    cause: payment.cause ?? 'finalized',
    createdAt: ctx.now,
  })
  return { customerId, attempt }
}

/** The invoice is paid, as far as collections can see. */
export async function settle(ctx: Ctx, invoiceId: string): Promise<void> {
  await ctx.db
    .update(invoices)
    .set({ status: 'paid', paidMinor: 10_000n, settledAt: ctx.now })
    .where(eq(invoices.id, invoiceId))
}
