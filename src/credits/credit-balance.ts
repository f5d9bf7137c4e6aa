import { and, eq, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { creditGrants, creditMovements } from '#db/schema/credits.ts'
import { sumMinor } from '#src/kernel/money.ts'
import { isBefore, type Instant } from '#src/kernel/time.ts'
import { isInForce } from '#src/pricing/credits.ts'

/** What a customer's credit came to at an instant, net of tax. */
export interface CreditBalance {
  /** In force: invoices of periods that end at that instant can draw it. */
  readonly availableMinor: bigint
  /** The part of it that was paid for. */
  readonly paidMinor: bigint
  readonly promotionalMinor: bigint
  /** The part of it that drafts have set aside; known of the present only. */
  readonly reservedMinor: bigint | null
  /** Granted, to begin later. */
  readonly scheduledMinor: bigint
  /** The next end of a grant with something left. */
  readonly nextExpiryAt: Instant | null
}

/** The balance as of an instant, from the movements up to it (inclusive); default: now. */
export async function creditBalance(
  ctx: Ctx,
  asked: { readonly customerId: string; readonly at?: Instant },
): Promise<CreditBalance> {
  const at = asked.at ?? ctx.now
  const rows = await ctx.db
    .select({
      grant: creditGrants,
      left: sql<string>`sum(${creditMovements.amountMinor})::text`,
    })
    .from(creditGrants)
    .innerJoin(
      creditMovements,
      and(
        eq(creditMovements.orgId, creditGrants.orgId),
        eq(creditMovements.grantId, creditGrants.id),
      ),
    )
    .where(
      and(
        eq(creditGrants.orgId, ctx.orgId),
        eq(creditGrants.customerId, asked.customerId),
        sql`${creditMovements.at} <= ${at.toString()}::timestamptz`,
      ),
    )
    .groupBy(creditGrants.orgId, creditGrants.id)
  const grants = rows.map(({ grant, left }) => ({ ...grant, leftMinor: BigInt(left) }))
  const inForce = grants.filter((grant) => grant.leftMinor > 0n && isInForce(grant, at))
  const ends = inForce.flatMap(({ expiresAt }) => expiresAt ?? [])
  const total = (which: readonly { readonly leftMinor: bigint }[]) =>
    sumMinor(which.map(({ leftMinor }) => leftMinor))
  return {
    availableMinor: total(inForce),
    paidMinor: total(inForce.filter(({ kind }) => kind === 'paid')),
    promotionalMinor: total(inForce.filter(({ kind }) => kind === 'promotional')),
    reservedMinor: at.equals(ctx.now)
      ? sumMinor(inForce.map(({ reservedMinor }) => reservedMinor))
      : null,
    scheduledMinor: total(grants.filter(({ effectiveAt }) => isBefore(at, effectiveAt))),
    nextExpiryAt: ends.reduce<Instant | null>(
      (first, end) => (first === null || isBefore(end, first) ? end : first),
      null,
    ),
  }
}
