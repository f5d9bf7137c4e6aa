import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { formatDecimal } from '#src/kernel/decimal.ts'
import { instantText } from '#src/kernel/time.ts'
import { notifyAll } from '#src/notifications/notify.ts'
import { writeSettled } from './adjustments/write-settled.ts'
import { claimWaiting } from './claim-waiting.ts'
import type { InvoiceDraft } from './decision.ts'

/**
 * Stores decided invoices as drafts with three statements, and announces them. One that already exists for its customer, subscription
 * and period is left as it is: a run that is repeated or runs twice at once writes each invoice once.
 * @returns the subscriptions whose draft was written now.
 */
export async function writeDrafts(
  ctx: Ctx,
  drafts: readonly InvoiceDraft[],
  runId: string | null,
): Promise<ReadonlySet<string>> {
  if (drafts.length === 0) return new Set()
  const written = await insertInvoices(ctx, drafts, runId)
  const fresh = drafts.flatMap((draft) => {
    const id = written.get(draft.subscriptionId)
    return id === undefined ? [] : [{ id, draft }]
  })
  await insertLines(ctx, fresh)
  await insertTaxes(ctx, fresh)
  await claimWaiting(ctx, fresh)
  await writeSettled(
    ctx,
    fresh.map(({ id, draft: { adjustments } }) => ({ id, adjustments })),
  )
  await notifyAll(
    ctx,
    fresh.map(({ id, draft }) => ({
      type: 'invoice.created',
      key: `invoice.created:${id}`,
      data: {
        invoiceId: id,
        customerId: draft.customerId,
        period: draft.periodName,
        currency: draft.currency,
        totalMinor: draft.totalMinor.toString(),
      },
    })),
  )
  return new Set(written.keys())
}

interface WrittenDraft {
  readonly id: string
  readonly draft: InvoiceDraft
}

async function insertInvoices(
  ctx: Ctx,
  drafts: readonly InvoiceDraft[],
  runId: string | null,
): Promise<Map<string, string>> {
  const rows = drafts.map((draft) => ({
    id: ctx.newId('inv'),
    customer_id: draft.customerId,
    subscription_id: draft.subscriptionId,
    period: draft.periodName,
    period_start: instantText(draft.period.start),
    period_end: instantText(draft.period.end),
    currency: draft.currency,
    subtotal_minor: draft.subtotalMinor.toString(),
    tax_minor: draft.taxMinor.toString(),
    total_minor: draft.totalMinor.toString(),
    seller: draft.seller,
    buyer: draft.buyer,
    pricing_version: draft.pricingVersion,
    content_hash: draft.contentHash,
    kind: draft.kind,
    rated_snapshot: draft.ratedSnapshot,
    hold_code: draft.hold?.code ?? null,
    hold_reason: draft.hold?.reason ?? null,
    tax_calculation_id: draft.taxCalculationId,
    public_token: publicToken(ctx),
    corrects: draft.corrects ?? null,
  }))
  const written = await rowsOf<{ id: string; subscription_id: string }>(
    ctx.db,
    sql`insert into invoices (org_id, id, customer_id, subscription_id, run_id, period, period_start, period_end,
        status, currency, subtotal_minor, tax_minor, total_minor, paid_minor, credited_minor, seller, buyer,
        pricing_version, content_hash, hold_code, hold_reason, tax_calculation_id, kind, rated_snapshot, writer_xid, payment_reference, public_token, corrects, created_at)
      select ${ctx.orgId}, id, customer_id, subscription_id, ${runId}, period, period_start, period_end,
        'draft', currency, subtotal_minor, tax_minor, total_minor, 0, 0, seller, buyer,
        pricing_version, content_hash, hold_code, hold_reason, tax_calculation_id, kind, rated_snapshot, pg_current_xact_id()::text::bigint, '', public_token, corrects, ${ctx.now.toString()}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id text, customer_id text, subscription_id text,
        period text, period_start timestamptz, period_end timestamptz, currency text, subtotal_minor bigint,
        tax_minor bigint, total_minor bigint, seller jsonb, buyer jsonb, pricing_version text, content_hash text,
        hold_code text, hold_reason text, tax_calculation_id text, kind text, rated_snapshot text, public_token text, corrects text)
      on conflict (org_id, customer_id, subscription_id, period_start) where corrects is null do nothing
      returning id, subscription_id`,
  )
  return new Map(written.map((row) => [row.subscription_id, row.id]))
}

async function insertLines(ctx: Ctx, fresh: readonly WrittenDraft[]): Promise<void> {
  const rows = fresh.flatMap(({ id, draft }) =>
    draft.lines.map((line, position) => ({
      invoice_id: id,
      position,
      kind: line.kind,
      metric: line.metric,
      description: line.description,
      wording: line.wording ?? null,
      quantity: formatDecimal(line.quantity),
      unit_price: line.unitPrice === null ? null : formatDecimal(line.unitPrice),
      amount_minor: line.amountMinor.toString(),
      exact_amount: line.exactAmount,
      period_start: instantText(line.period.start),
      period_end: instantText(line.period.end),
    })),
  )
  if (rows.length === 0) return
  await ctx.db.execute(
    sql`insert into invoice_lines (org_id, invoice_id, position, kind, metric, description, wording, quantity,
        unit_price, amount_minor, exact_amount, period_start, period_end)
      select ${ctx.orgId}, invoice_id, position, kind, metric, description, wording, quantity, unit_price,
        amount_minor, exact_amount, period_start, period_end
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(invoice_id text, position int, kind text,
        metric text, description text, wording jsonb, quantity numeric, unit_price numeric, amount_minor bigint,
        exact_amount text, period_start timestamptz, period_end timestamptz)`,
  )
}

async function insertTaxes(ctx: Ctx, fresh: readonly WrittenDraft[]): Promise<void> {
  const rows = fresh.flatMap(({ id, draft }) =>
    draft.taxes.map((tax, position) => ({
      invoice_id: id,
      position,
      jurisdiction: tax.jurisdiction,
      rate: formatDecimal(tax.rate),
      base_minor: tax.baseMinor.toString(),
      amount_minor: tax.amountMinor.toString(),
      note: tax.note,
      treatment: tax.treatment,
      rate_since: tax.rateSince,
      tax_point: instantText(tax.taxPoint),
    })),
  )
  if (rows.length === 0) return
  await ctx.db.execute(
    sql`insert into invoice_taxes (org_id, invoice_id, position, jurisdiction, rate, base_minor, amount_minor, note,
        treatment, rate_since, tax_point)
      select ${ctx.orgId}, invoice_id, position, jurisdiction, rate, base_minor, amount_minor, note,
        treatment, rate_since, tax_point
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(invoice_id text, position int,
        jurisdiction text, rate numeric, base_minor bigint, amount_minor bigint, note text,
        treatment text, rate_since date, tax_point timestamptz)`,
  )
}

/** 152 random bits: an id's last 19 hex digits are random, its front is the time. */
function publicToken(ctx: Ctx): string {
  return ctx.newId('tok').slice(-19) + ctx.newId('tok').slice(-19)
}
