import { sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { recordAudits } from '#src/tenancy/audit.ts'
import type { SettledAdjustment } from './shapes.ts'

/** What an invoice or a credit note settles; `id` is the invoice's, or the credited one's. */
export interface Settlement {
  readonly id: string
  readonly creditNoteId?: string
  readonly adjustments: readonly SettledAdjustment[]
}

/** Writes down which differences of which periods drafts just inserted (or a credit note) carry, and settles the hints. */
export async function writeSettled(ctx: Ctx, carriers: readonly Settlement[]): Promise<void> {
  const settled = carriers.flatMap(({ id, creditNoteId, adjustments }) =>
    adjustments.map((adjustment) => ({ id, creditNoteId, ...adjustment })),
  )
  if (settled.length === 0) return
  const rows = settled.flatMap(({ id, creditNoteId, due, parts }) =>
    parts.map((part) => ({
      c: creditNoteId,
      s: due.subscriptionId,
      p: due.period.start.toString(),
      m: part.metric,
      n: part.ordinal,
      name: due.periodName,
      o: due.originalId,
      i: id,
      at: part.position,
      r: part.ratedMinor.toString(),
      b: part.billedMinor.toString(),
      a: part.amountMinor.toString(),
    })),
  )
  await ctx.db.execute(
    sql`insert into usage_adjustments (org_id, subscription_id, period_start, metric, ordinal, period, original_id,
        invoice_id, credit_note_id, position, rated_minor, billed_minor, amount_minor, created_at)
      select ${ctx.orgId}, s, p, m, n, name, o, i, c, at, r, b, a, ${ctx.now.toString()}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(s text, p timestamptz, m text, n int, name text,
        o text, i text, c text, at int, r bigint, b bigint, a bigint)`,
  )
  const noted = settled.flatMap(({ id, due, whole }) =>
    due.notes.map(({ periodStart, metric, seq }) => ({
      whole,
      note: {
        s: due.subscriptionId,
        p: periodStart.toString(),
        m: metric,
        q: seq.toString(),
        i: id,
      },
    })),
  )
  const keyOf = ({ s, p, m, q }: (typeof noted)[number]['note']) => JSON.stringify([s, p, m, q])
  // One hint may concern several periods: it is settled with the last of them.
  const open = new Set(noted.flatMap(({ whole, note }) => (whole ? [] : [keyOf(note)])))
  const notes = noted.flatMap(({ note }) => (open.has(keyOf(note)) ? [] : [note]))
  await ctx.db.execute(
    sql`update late_usage n set settled_by = r.i
      from jsonb_to_recordset(${JSON.stringify(notes)}::text::jsonb)
        as r(s text, p timestamptz, m text, q bigint, i text)
      where n.org_id = ${ctx.orgId} and n.subscription_id = r.s and n.period_start = r.p and n.metric = r.m
        and n.seq = r.q`,
  )
  await recordAudits(
    ctx,
    settled.flatMap(({ id, due, parts }) =>
      parts.map(({ metric, ratedMinor, billedMinor, amountMinor }) => ({
        action: 'usage.adjusted',
        subject: { type: 'invoice', id },
        reason: `usage of ${due.periodName} was rated anew after ${due.originalNumber}`,
        data: {
          subscriptionId: due.subscriptionId,
          originalId: due.originalId,
          metric,
          ratedMinor: ratedMinor.toString(),
          billedMinor: billedMinor.toString(),
          amountMinor: amountMinor.toString(),
        },
      })),
    ),
  )
}

/** Takes away what drafts carried that are about to be dropped; their hints are open again. */
export async function forgetSettled(ctx: Ctx, invoiceIds: readonly string[]): Promise<void> {
  const ids = sql`(select jsonb_array_elements_text(${JSON.stringify(invoiceIds)}::text::jsonb))`
  await ctx.db.execute(
    sql`delete from usage_adjustments where org_id = ${ctx.orgId} and invoice_id in ${ids}`,
  )
  await ctx.db.execute(
    sql`update late_usage set settled_by = null where org_id = ${ctx.orgId} and settled_by in ${ids}`,
  )
}
