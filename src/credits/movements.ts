import { sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import type { creditMovements } from '#db/schema/credits.ts'

export interface NewMovement {
  readonly grantId: string
  readonly customerId: string
  readonly kind: typeof creditMovements.$inferSelect.kind
  /** Above zero: the grant has more. */
  readonly amountMinor: bigint
  readonly invoiceId?: string
  /** The same thing moves a grant once. */
  readonly key: string
  readonly reason: string
}

/**
 * Moves credit: what is left of each grant changes with the movement that says why, in two statements. The grants are
 * locked by the caller; a movement made twice is a defect and fails.
 */
export async function insertMovements(ctx: Ctx, movements: readonly NewMovement[]): Promise<void> {
  await writeMovements(ctx, movements)
  if (movements.length === 0) return
  const rows = movements.map((movement) => ({
    grant_id: movement.grantId,
    amount_minor: movement.amountMinor.toString(),
  }))
  await ctx.db.execute(
    sql`update credit_grants g set remaining_minor = g.remaining_minor + s.minor
      from (select grant_id, sum(amount_minor) as minor
        from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(grant_id text, amount_minor bigint)
        group by grant_id) s
      where g.org_id = ${ctx.orgId} and g.id = s.grant_id`,
  )
}

/** The rows alone: a new grant's first movement is in what it begins with. */
export async function writeMovements(ctx: Ctx, movements: readonly NewMovement[]): Promise<void> {
  if (movements.length === 0) return
  const rows = movements.map((movement) => ({
    id: ctx.newId('crm'),
    grant_id: movement.grantId,
    customer_id: movement.customerId,
    kind: movement.kind,
    amount_minor: movement.amountMinor.toString(),
    invoice_id: movement.invoiceId ?? null,
    key: movement.key,
    reason: movement.reason,
  }))
  await ctx.db.execute(
    sql`insert into credit_movements (org_id, id, grant_id, customer_id, kind, amount_minor, invoice_id, key, reason, at)
      select ${ctx.orgId}, id, grant_id, customer_id, kind, amount_minor, invoice_id, key, reason,
        ${ctx.now.toString()}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id text, grant_id text, customer_id text, kind text,
        amount_minor bigint, invoice_id text, key text, reason text)`,
  )
}
