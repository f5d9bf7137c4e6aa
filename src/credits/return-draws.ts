import { and, eq, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { creditGrants, creditMovements } from '#db/schema/credits.ts'
import { isBefore, later, type Instant } from '#src/kernel/time.ts'
import { insertGrants, type GrantRow } from './grant-rows.ts'
import { lockGrants } from './lock-grants.ts'
import { insertMovements } from './movements.ts'

/** What an invoice has drawn from one grant and not got back. */
export interface InvoiceDraw {
  readonly grantId: string
  readonly kind: GrantRow['kind']
  /** Above zero. */
  readonly amountMinor: bigint
  readonly drawnAt: Instant
}

/** Credit returned to a grant that has ended meanwhile can be used for this long at least. */
const RETURNED_VALID_DAYS = 30

/** The draws of a finalized invoice, by grant, with what was returned taken off. */
export async function drawsOfInvoice(ctx: Ctx, invoiceId: string): Promise<InvoiceDraw[]> {
  const rows = await ctx.db
    .select({
      grantId: creditMovements.grantId,
      kind: creditGrants.kind,
      drawn: sql<string>`(-sum(${creditMovements.amountMinor}))::text`,
      drawnAt: sql<Instant>`min(${creditMovements.at})`.mapWith(creditMovements.at),
    })
    .from(creditMovements)
    .innerJoin(
      creditGrants,
      and(
        eq(creditGrants.orgId, creditMovements.orgId),
        eq(creditGrants.id, creditMovements.grantId),
      ),
    )
    .where(
      and(
        eq(creditMovements.orgId, ctx.orgId),
        eq(creditMovements.invoiceId, invoiceId),
        sql`${creditMovements.kind} in ('draw', 'return')`,
      ),
    )
    .groupBy(creditMovements.grantId, creditGrants.kind)
    .orderBy(creditMovements.grantId)
  return rows.map(({ drawn, ...row }) => ({ ...row, amountMinor: BigInt(drawn) }))
}

/**
 * Gives drawn credit back where it came from. What belongs to a grant that has expired or was voided meanwhile comes
 * as a grant of the same terms that runs for as long as the old one had left when it was drawn, 30 days at least.
 */
export async function returnDraws(
  ctx: Ctx,
  back: {
    readonly invoiceId: string
    /** Of what returns it: the same void or credit note returns once. */
    readonly key: string
    readonly reason: string
    readonly draws: readonly InvoiceDraw[]
  },
): Promise<void> {
  const draws = back.draws.filter(({ amountMinor }) => amountMinor > 0n)
  if (draws.length === 0) return
  const grants = await lockGrants(
    ctx,
    draws.map(({ grantId }) => grantId),
  )
  const drawOf = new Map(draws.map((draw) => [draw.grantId, draw]))
  const returned = grants.flatMap((grant) => {
    const draw = drawOf.get(grant.id)
    return draw ? [{ grant, draw, ended: hasEnded(grant, ctx.now) }] : []
  })
  const { invoiceId, reason, key } = back
  await insertMovements(
    ctx,
    returned.flatMap(({ grant, draw, ended }) => {
      const row = { grantId: grant.id, customerId: grant.customerId, invoiceId, reason }
      const { amountMinor } = draw
      const into = {
        ...row,
        kind: 'return' as const,
        amountMinor,
        key: `return:${key}:${grant.id}`,
      }
      const onward = {
        ...row,
        kind: 'roll' as const,
        amountMinor: -amountMinor,
        key: `roll:${key}:${grant.id}`,
      }
      return ended ? [into, onward] : [into]
    }),
  )
  await insertGrants(
    ctx,
    returned
      .filter(({ ended }) => ended)
      .map(({ grant, draw }) => ({
        customerId: grant.customerId,
        currency: grant.currency,
        kind: grant.kind,
        name: grant.name,
        priority: grant.priority,
        amountMinor: draw.amountMinor,
        // As the old one's: a corrected invoice of the same period draws on it again.
        effectiveAt: grant.effectiveAt,
        expiresAt: expiryAfterReturn(grant, draw.drawnAt, ctx.now),
        appliesTo: grant.appliesTo,
        rollover: null,
        key: `return:${key}:${grant.id}`,
        ...(grant.invoiceId === null ? {} : { invoiceId: grant.invoiceId }),
        rolledFrom: grant.id,
        reason,
      })),
  )
}

/** Nothing can be drawn from it any more. */
export function hasEnded({ expiresAt, voidedAt }: GrantRow, now: Instant): boolean {
  return voidedAt !== null || (expiresAt !== null && !isBefore(now, expiresAt))
}

function expiryAfterReturn(
  { expiresAt }: GrantRow,
  drawnAt: Instant,
  now: Instant,
): Instant | null {
  if (expiresAt === null) return null
  const least = now.add({ hours: RETURNED_VALID_DAYS * 24 })
  return later(least, now.add(drawnAt.until(expiresAt)))
}
