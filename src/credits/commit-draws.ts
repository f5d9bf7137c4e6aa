import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { anyOf, type Ctx } from '#db/context.ts'
import { creditGrants, creditReservations } from '#db/schema/credits.ts'
import { insertMovements } from './movements.ts'

/** What a draft is to draw from one grant. */
export interface HeldDraw {
  readonly invoiceId: string
  readonly grantId: string
  readonly customerId: string
  readonly kind: 'paid' | 'promotional'
  readonly amountMinor: bigint
}

/**
 * Locks the grants that these drafts are to draw on, before the drafts themselves are locked: everybody takes locks
 * in this order. One statement, and all there is to do when no draft draws.
 */
export function lockDraws(ctx: Ctx, invoiceIds: readonly string[]): Promise<HeldDraw[]> {
  return ctx.db
    .select({
      invoiceId: creditReservations.invoiceId,
      grantId: creditReservations.grantId,
      customerId: creditGrants.customerId,
      kind: creditGrants.kind,
      amountMinor: creditReservations.amountMinor,
    })
    .from(creditReservations)
    .innerJoin(
      creditGrants,
      and(
        eq(creditGrants.orgId, creditReservations.orgId),
        eq(creditGrants.id, creditReservations.grantId),
      ),
    )
    .where(
      and(
        eq(creditReservations.orgId, ctx.orgId),
        sql`${creditReservations.invoiceId} = ${anyOf(invoiceIds)}`,
      ),
    )
    .orderBy(asc(creditGrants.id), asc(creditReservations.invoiceId))
    .for('update', { of: creditGrants })
}

/** Draws what finalized invoices had set aside, in the transaction that finalizes them. */
export async function commitDraws(
  ctx: Ctx,
  held: readonly HeldDraw[],
  numberOf: ReadonlyMap<string, string>,
): Promise<void> {
  const draws = held.filter(({ invoiceId }) => numberOf.has(invoiceId))
  if (draws.length === 0) return
  await ctx.db
    .delete(creditReservations)
    .where(
      and(
        eq(creditReservations.orgId, ctx.orgId),
        inArray(creditReservations.invoiceId, [
          ...new Set(draws.map(({ invoiceId }) => invoiceId)),
        ]),
      ),
    )
  await ctx.db.execute(
    sql`update credit_grants g set reserved_minor = g.reserved_minor - s.minor
      from (select grant_id, sum(amount_minor) as minor
        from jsonb_to_recordset(${JSON.stringify(
          draws.map((draw) => ({
            grant_id: draw.grantId,
            amount_minor: draw.amountMinor.toString(),
          })),
        )}::jsonb) as r(grant_id text, amount_minor bigint) group by grant_id) s
      where g.org_id = ${ctx.orgId} and g.id = s.grant_id`,
  )
  await insertMovements(
    ctx,
    draws.map(({ invoiceId, grantId, customerId, amountMinor }) => ({
      grantId,
      customerId,
      kind: 'draw',
      amountMinor: -amountMinor,
      invoiceId,
      key: `draw:${invoiceId}:${grantId}`,
      reason: `drawn by invoice ${numberOf.get(invoiceId) ?? invoiceId}`,
    })),
  )
}
