import { and, desc, eq, isNotNull } from 'drizzle-orm'
import type { Ctx, Scope } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { customers } from '#db/schema/customers.ts'
import { invoices, taxCalculations } from '#db/schema/invoicing.ts'
import { openEscalation } from '#src/approvals/open-escalation.ts'
import { checkAgain } from '#src/customers/check-again.ts'
import { checkTaxId, type TaxIdOutcome } from '#src/customers/check-tax-id.ts'
import { retryHeldDrafts } from '#src/customers/retry-held-drafts.ts'
import { askAgain } from '#src/gateways/queue/ask-again.ts'
import type { TaxCalculator } from '#src/gateways/tax/calculator.ts'
import type { TaxIdRegister } from '#src/gateways/tax/register.ts'
import { isBefore } from '#src/kernel/time.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import type { BillingTarget } from '../preview-invoice.ts'
import { calculateTax } from './calculate-tax.ts'
import { holdRun, TAX_HOLD } from './hold-escalation.ts'

/** Whom to ask; null: nobody calculates tax for us. */
export interface TaxPeers {
  readonly register: TaxIdRegister
  readonly calculator: TaxCalculator | null
}

interface HeldDraft {
  readonly id: string
  readonly customerId: string
  readonly code: string
  readonly reason: string
}

/**
 * Does what a held draft waits for, as far as we can do it, and asks a person for the rest: once per draft and reason.
 * A draft that waits for nothing any more is left alone.
 */
export async function settleHold(
  scope: Scope,
  peers: TaxPeers,
  target: BillingTarget,
  attempt = 1,
): Promise<void> {
  const held = await scope.transact((ctx) => heldDraft(ctx, target))
  if (!held) return
  if (held.code === 'tax_id_pending' || held.code === 'tax_id_stale') {
    const outcome = await checkTaxId(scope, peers.register, held.customerId)
    // A settled ID has the draft decided again by itself.
    if (outcome.kind === 'settled') return
    await scope.transact((ctx) => waitOrAsk(ctx, target, held, outcome))
    return
  }
  const asks =
    held.code === 'tax_calculation' ||
    (held.code === 'tax_refused' && (await scope.transact((ctx) => isOldAnswer(ctx, target))))
  if (asks && peers.calculator) {
    const answer = await calculateTax(scope, peers.calculator, target)
    if (answer?.kind !== 'unavailable') return
    await scope.transact(async (ctx) => {
      const next = askAgain(
        ctx.now,
        {
          job: 'SETTLE_TAX',
          subject: `${target.subscriptionId}:${target.period}`,
          payload: { ...target },
        },
        attempt,
      )
      if (next) await enqueue(ctx, next)
      await askPerson(ctx, target, held, answer.reason)
    })
    return
  }
  await scope.transact((ctx) => askPerson(ctx, target, held, held.reason))
}

/** What was refused may be answered once somebody has seen to it at the provider; not within the hour. */
async function isOldAnswer(ctx: Ctx, { subscriptionId }: BillingTarget): Promise<boolean> {
  const [row] = await ctx.db
    .select({ askedAt: taxCalculations.askedAt })
    .from(taxCalculations)
    .where(
      and(eq(taxCalculations.orgId, ctx.orgId), eq(taxCalculations.subscriptionId, subscriptionId)),
    )
    .orderBy(desc(taxCalculations.askedAt))
    .limit(1)
  return row === undefined || isBefore(row.askedAt, ctx.now.subtract({ hours: 1 }))
}

async function waitOrAsk(
  ctx: Ctx,
  target: BillingTarget,
  held: HeldDraft,
  outcome: Exclude<TaxIdOutcome, { kind: 'settled' }>,
): Promise<void> {
  if (outcome.kind === 'unavailable') await checkAgain(ctx, held.customerId, 1)
  await decideWhenWaitedEnough(ctx, held)
  await askPerson(ctx, target, held, `${held.reason}: ${outcome.reason}`)
}

/** Where the organisation bills with VAT after some hours, the draft is decided again then. */
async function decideWhenWaitedEnough(ctx: Ctx, { customerId }: HeldDraft): Promise<void> {
  const { settings } = await loadOrganization(ctx)
  const { pendingTaxIdHours: hours, taxIdRecheckDays: days } = settings.tax
  const [customer] = await ctx.db
    .select({ pendingSince: customers.taxIdPendingSince, checkedAt: customers.taxIdCheckedAt })
    .from(customers)
    .where(and(eq(customers.orgId, ctx.orgId), eq(customers.id, customerId)))
  const since =
    customer?.pendingSince ?? customer?.checkedAt?.add({ hours: 24 * (days ?? 0) }) ?? null
  if (hours === null || since === null) return
  const dueAt = since.add({ hours })
  if (isBefore(ctx.now, dueAt)) await retryHeldDrafts(ctx, { customerId, dueAt })
}

async function askPerson(
  ctx: Ctx,
  { subscriptionId, period }: BillingTarget,
  { id, customerId, code }: HeldDraft,
  reason: string,
): Promise<void> {
  const runId = holdRun(subscriptionId, period)
  await openEscalation(ctx, {
    runId,
    customerId,
    reason: TAX_HOLD,
    summary: `The invoice of ${customerId} for ${period} stays a draft. ${reason}`,
    context: { invoiceId: id, subscriptionId, period, hold: code, detail: reason },
    key: `${runId}:${code}`,
  })
}

async function heldDraft(ctx: Ctx, target: BillingTarget): Promise<HeldDraft | null> {
  const [row] = await ctx.db
    .select({
      id: invoices.id,
      customerId: invoices.customerId,
      code: invoices.holdCode,
      reason: invoices.holdReason,
    })
    .from(invoices)
    .where(
      and(
        eq(invoices.orgId, ctx.orgId),
        eq(invoices.subscriptionId, target.subscriptionId),
        eq(invoices.period, target.period),
        eq(invoices.status, 'draft'),
        isNotNull(invoices.holdCode),
      ),
    )
  return row ? { ...row, code: row.code ?? '', reason: row.reason ?? '' } : null
}
