import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { creditGrants } from '#db/schema/credits.ts'
import type { CreditGrant } from '#src/pricing/credits.ts'

interface Wanted {
  readonly customerIds: readonly string[]
  /** Drafts that are decided again: what they have set aside counts as free. */
  readonly openInvoiceIds: readonly string[]
  /** Whoever writes locks them first: what two runs decide at once is then drawn one after the other. */
  readonly lock: boolean
}

/**
 * Grants with credit left, by customer: one statement when nobody has any, else two, however many customers.
 * Locks are taken in the order of ids, grants before invoices.
 */
export async function drawableGrants(
  ctx: Ctx,
  wanted: Wanted,
): Promise<ReadonlyMap<string, readonly CreditGrant[]>> {
  if (wanted.customerIds.length === 0) return new Map()
  const query = ctx.db
    .select()
    .from(creditGrants)
    .where(
      and(
        eq(creditGrants.orgId, ctx.orgId),
        sql`${creditGrants.customerId} in (select jsonb_array_elements_text(${JSON.stringify(wanted.customerIds)}::jsonb))`,
        // Written out, so that the index of grants with something left fits whatever the plan.
        sql`remaining_minor > 0`,
        isNull(creditGrants.voidedAt),
      ),
    )
    .orderBy(asc(creditGrants.id))
  const rows = await (wanted.lock ? query.for('update') : query)
  if (rows.length === 0) return new Map()
  // A statement of its own: only now, with the locks held, is it sure who has reserved what.
  const held = await heldByDrafts(ctx, wanted)
  return Map.groupBy(
    rows.map((row) => ({
      ...row,
      availableMinor: row.remainingMinor - row.reservedMinor + (held.get(row.id) ?? 0n),
    })),
    ({ customerId }) => customerId,
  )
}

async function heldByDrafts(ctx: Ctx, { openInvoiceIds }: Wanted): Promise<Map<string, bigint>> {
  if (openInvoiceIds.length === 0) return new Map()
  const rows = await rowsOf<{ grant_id: string; held: string }>(
    ctx.db,
    sql`select grant_id, sum(amount_minor)::text as held from credit_reservations
      where org_id = ${ctx.orgId}
        and invoice_id in (select jsonb_array_elements_text(${JSON.stringify(openInvoiceIds)}::jsonb))
      group by grant_id`,
  )
  return new Map(rows.map(({ grant_id, held }) => [grant_id, BigInt(held)]))
}
