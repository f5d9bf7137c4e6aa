import { sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import type { CreditDraw } from '#src/pricing/credits.ts'

/** Sets aside what new drafts will draw; the database refuses more than a grant has. Two statements, or none. */
export async function reserveDraws(
  ctx: Ctx,
  drafts: readonly { readonly invoiceId: string; readonly draws: readonly CreditDraw[] }[],
): Promise<void> {
  const rows = drafts.flatMap(({ invoiceId, draws }) =>
    draws.map(({ grantId, amountMinor }) => ({
      invoice_id: invoiceId,
      grant_id: grantId,
      amount_minor: amountMinor.toString(),
    })),
  )
  if (rows.length === 0) return
  const set = sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
    as r(invoice_id text, grant_id text, amount_minor bigint)`
  await ctx.db.execute(
    sql`insert into credit_reservations (org_id, invoice_id, grant_id, amount_minor)
      select ${ctx.orgId}, invoice_id, grant_id, amount_minor from ${set}`,
  )
  await ctx.db.execute(
    sql`update credit_grants g set reserved_minor = g.reserved_minor + s.minor
      from (select grant_id, sum(amount_minor) as minor from ${set} group by grant_id) s
      where g.org_id = ${ctx.orgId} and g.id = s.grant_id`,
  )
}

/** Gives back what drafts that are dropped had set aside. */
export async function releaseDraws(ctx: Ctx, invoiceIds: readonly string[]): Promise<void> {
  await ctx.db.execute(
    sql`with gone as (
        delete from credit_reservations where org_id = ${ctx.orgId}
          and invoice_id in (select jsonb_array_elements_text(${JSON.stringify(invoiceIds)}::jsonb))
        returning grant_id, amount_minor
      )
      update credit_grants g set reserved_minor = g.reserved_minor - s.minor
      from (select grant_id, sum(amount_minor) as minor from gone group by grant_id) s
      where g.org_id = ${ctx.orgId} and g.id = s.grant_id`,
  )
}
