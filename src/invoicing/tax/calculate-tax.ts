import { and, eq, sql } from 'drizzle-orm'
import type { Ctx, Scope } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { invoices, taxCalculations } from '#db/schema/invoicing.ts'
import type { CalculationAnswer, TaxCalculator } from '#src/gateways/tax/calculator.ts'
import type { Instant } from '#src/kernel/time.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { decideOne, type BillingTarget } from '../preview-invoice.ts'
import type { WantedCalculation } from './external-tax.ts'

interface Asked extends WantedCalculation {
  readonly periodStart: Instant
}

/**
 * Has the provider calculate the tax of a held draft, between transactions, and files the answer under what was asked.
 * An answer has the draft decided again, at once; silence leaves it as it is.
 * @returns the provider's answer; null when there was nothing to ask any more.
 */
export async function calculateTax(
  scope: Scope,
  calculator: TaxCalculator,
  target: BillingTarget,
): Promise<CalculationAnswer | null> {
  const asked = await scope.transact((ctx) => wantedOf(ctx, target))
  if (!asked) return null
  const answer = await calculator.calculate(asked.request)
  await scope.transact((ctx) => file(ctx, target, asked, { provider: calculator.name, answer }))
  return answer
}

async function wantedOf(ctx: Ctx, target: BillingTarget): Promise<Asked | null> {
  const decision = await decideOne(ctx, await loadOrganization(ctx), target, false)
  if (decision.kind !== 'draft' || decision.draft.wantedCalculation === null) return null
  return { ...decision.draft.wantedCalculation, periodStart: decision.draft.period.start }
}

async function file(
  ctx: Ctx,
  target: BillingTarget,
  { requestHash, periodStart }: Asked,
  { provider, answer }: { provider: string; answer: CalculationAnswer },
): Promise<void> {
  const { subscriptionId, period } = target
  const said = answer.kind === 'calculated' ? answer : null
  const values = {
    provider,
    status: answer.kind,
    reason: answer.kind === 'calculated' ? null : answer.reason,
    taxes: (said?.taxes ?? []).map(({ baseMinor, amountMinor, ...tax }) => ({
      ...tax,
      baseMinor: baseMinor.toString(),
      amountMinor: amountMinor.toString(),
      taxPoint: said?.taxPoint.toString() ?? '',
    })),
    providerRef: said?.providerRef ?? null,
    expiresAt: said?.expiresAt ?? null,
    askedAt: ctx.now,
  }
  await ctx.db
    .insert(taxCalculations)
    .values({
      ...values,
      orgId: ctx.orgId,
      id: ctx.newId('txc'),
      subscriptionId,
      periodStart,
      requestHash,
    })
    .onConflictDoUpdate({
      target: [
        taxCalculations.orgId,
        taxCalculations.subscriptionId,
        taxCalculations.periodStart,
        taxCalculations.requestHash,
      ],
      set: values,
      // What became a sale at the provider stays what it was.
      setWhere: sql`${taxCalculations.transactionRef} is null and (${taxCalculations.status} <> 'calculated'
        or ${taxCalculations.expiresAt} <= ${ctx.now.toString()}::timestamptz)`,
    })
  if (answer.kind === 'unavailable') {
    await ctx.db
      .update(invoices)
      .set({ holdReason: `${answer.reason}; it is asked again` })
      .where(
        and(
          eq(invoices.orgId, ctx.orgId),
          eq(invoices.subscriptionId, subscriptionId),
          eq(invoices.period, period),
          eq(invoices.status, 'draft'),
          eq(invoices.holdCode, 'tax_calculation'),
        ),
      )
    return
  }
  await enqueue(ctx, {
    job: 'GENERATE_INVOICE',
    key: `calculated:${subscriptionId}:${period}:${requestHash}:${ctx.now.toString()}`,
    payload: { subscriptionId, period },
  })
}
