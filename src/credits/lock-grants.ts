import { and, asc, eq, inArray, type SQL } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { creditGrants } from '#db/schema/credits.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { GrantRow } from './grant-rows.ts'

/** Grants by id, locked until this transaction ends, in the order of ids. */
export function lockGrants(ctx: Ctx, ids: readonly string[]): Promise<GrantRow[]> {
  return ids.length === 0 ? Promise.resolve([]) : locked(ctx, inArray(creditGrants.id, [...ids]))
}

/** Grants that were bought with an invoice, and what rolled on from them; locked. */
export function lockGrantsOfInvoice(ctx: Ctx, invoiceId: string): Promise<GrantRow[]> {
  return locked(ctx, eq(creditGrants.invoiceId, invoiceId))
}

/** @throws not_found */
export async function lockGrant(ctx: Ctx, id: string): Promise<GrantRow> {
  const [row] = await lockGrants(ctx, [id])
  if (!row) throw new AppError('not_found', `no credit grant ${id}`)
  return row
}

/** What nobody has drawn nor set aside. */
export function freeMinor(grant: Pick<GrantRow, 'remainingMinor' | 'reservedMinor'>): bigint {
  return grant.remainingMinor - grant.reservedMinor
}

function locked(ctx: Ctx, which: SQL): Promise<GrantRow[]> {
  return ctx.db
    .select()
    .from(creditGrants)
    .where(and(eq(creditGrants.orgId, ctx.orgId), which))
    .orderBy(asc(creditGrants.id))
    .for('update')
}
