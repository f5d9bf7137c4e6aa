import { and, asc, desc, eq, lt, sql, type SQL } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { creditGrants, creditMovements } from '#db/schema/credits.ts'
import { AppError } from '#src/kernel/errors.ts'
import { pageOf, startAfter, type Page, type PageQuery } from '#src/kernel/paging.ts'
import type { GrantRow } from './grant-rows.ts'

export type MovementRow = typeof creditMovements.$inferSelect

/** Grants, newest first; `open`: those with something left. @throws invalid_input for a cursor that is not ours. */
export async function listGrants(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  query: PageQuery & { customerId?: string | undefined; open?: boolean | undefined },
): Promise<Page<GrantRow>> {
  const after = startAfter(query)
  const wanted: (SQL | undefined)[] = [
    eq(creditGrants.orgId, ctx.orgId),
    query.customerId === undefined ? undefined : eq(creditGrants.customerId, query.customerId),
    query.open === true ? sql`remaining_minor > 0` : undefined,
    after === null ? undefined : lt(creditGrants.id, after),
  ]
  const rows = await ctx.db
    .select()
    .from(creditGrants)
    .where(and(...wanted))
    .orderBy(desc(creditGrants.id))
    .limit(query.limit + 1)
  return pageOf(
    rows,
    query.limit,
    ({ id }) => id,
    (row) => row,
  )
}

/** A grant with everything that moved it, oldest first. @throws not_found */
export async function loadGrant(
  ctx: Pick<Ctx, 'db' | 'orgId'>,
  id: string,
): Promise<{ grant: GrantRow; movements: MovementRow[] }> {
  const [grant] = await ctx.db
    .select()
    .from(creditGrants)
    .where(and(eq(creditGrants.orgId, ctx.orgId), eq(creditGrants.id, id)))
  if (!grant) throw new AppError('not_found', `no credit grant ${id}`)
  const movements = await ctx.db
    .select()
    .from(creditMovements)
    .where(and(eq(creditMovements.orgId, ctx.orgId), eq(creditMovements.grantId, id)))
    .orderBy(asc(creditMovements.at), asc(creditMovements.id))
  return { grant, movements }
}
