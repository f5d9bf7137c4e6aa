import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { creditGrants, type StoredRollover } from '#db/schema/credits.ts'
import { isBefore, type Instant } from '#src/kernel/time.ts'
import { writeMovements } from './movements.ts'

export type GrantRow = typeof creditGrants.$inferSelect

export interface NewGrant {
  readonly customerId: string
  readonly currency: string
  readonly kind: GrantRow['kind']
  readonly name: string | null
  readonly priority: number
  readonly amountMinor: bigint
  readonly effectiveAt: Instant
  readonly expiresAt: Instant | null
  readonly appliesTo: readonly string[] | null
  readonly rollover: StoredRollover | null
  readonly key: string
  readonly invoiceId?: string
  readonly rolledFrom?: string
  readonly reason: string
}

/**
 * Writes grants with their first movement and the job that ends them.
 * @returns those written now; one whose key is there already is left as it is.
 */
export async function insertGrants(ctx: Ctx, grants: readonly NewGrant[]): Promise<GrantRow[]> {
  if (grants.length === 0) return []
  const written = await ctx.db
    .insert(creditGrants)
    .values(
      grants.map(({ reason: _reason, ...grant }) => ({
        ...grant,
        orgId: ctx.orgId,
        id: ctx.newId('crg'),
        remainingMinor: grant.amountMinor,
        reservedMinor: 0n,
        createdAt: ctx.now,
      })),
    )
    .onConflictDoNothing({ target: [creditGrants.orgId, creditGrants.key] })
    .returning()
  const reasons = new Map(grants.map(({ key, reason }) => [key, reason]))
  await writeMovements(
    ctx,
    written.map((row) => ({
      grantId: row.id,
      customerId: row.customerId,
      kind: row.rolledFrom === null ? 'grant' : 'roll',
      amountMinor: row.amountMinor,
      ...(row.invoiceId === null ? {} : { invoiceId: row.invoiceId }),
      key: `grant:${row.id}`,
      reason: reasons.get(row.key) ?? '',
    })),
  )
  const ends = written.flatMap(({ expiresAt }) => (expiresAt === null ? [] : [expiresAt]))
  await enqueue(ctx, ...ends.map((at) => expiryJob(at, 0)))
  return written
}

/** Grants that end at one instant share a job; `look` counts how often it had to come again. */
export function expiryJob(expiresAt: Instant, look: number, dueAt: Instant = expiresAt) {
  return {
    job: 'EXPIRE_CREDITS',
    key: `${expiresAt.toString()}:${look}`,
    payload: { expiresAt: expiresAt.toString(), look },
    dueAt: isBefore(dueAt, expiresAt) ? expiresAt : dueAt,
  }
}
