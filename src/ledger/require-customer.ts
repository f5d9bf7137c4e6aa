import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { customers } from '#db/schema/customers.ts'
import { AppError } from '#src/kernel/errors.ts'

/** @throws not_found for an account that this organisation does not have. */
export async function requireCustomer(ctx: Pick<Ctx, 'db' | 'orgId'>, id: string): Promise<void> {
  const rows = await ctx.db
    .select({ id: customers.id })
    .from(customers)
    .where(and(eq(customers.orgId, ctx.orgId), eq(customers.id, id)))
  if (rows.length === 0) throw new AppError('not_found', `no customer ${id}`)
}
