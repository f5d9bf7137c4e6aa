import { and, eq, ne, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { customers } from '#db/schema/customers.ts'
import { plainText } from './disguises.ts'
import type { TextProblem } from './gate-text.ts'

/** Shorter names are words of every day. */
const SHORTEST_NAME = 8

/**
 * Other accounts that a text names: whose customer somebody is, is not said (ROUTING_POLICY §4), whoever writes. A model
 * knows such a name only from the mail it answers; the account's own stands in its facts. `customerId` null means that
 * every account is somebody else's.
 */
export async function foreignNames(
  ctx: Ctx,
  customerId: string | null,
  text: string,
): Promise<TextProblem[]> {
  const plain = await withoutOwnName(ctx, customerId, plainText(text).toLowerCase())
  if (plain.length < SHORTEST_NAME) return []
  const rows = await ctx.db
    .select({ name: customers.name })
    .from(customers)
    .where(
      and(
        eq(customers.orgId, ctx.orgId),
        customerId === null ? undefined : ne(customers.id, customerId),
        sql`length(${customers.name}) >= ${SHORTEST_NAME}`,
        sql`strpos(${plain}, lower(${customers.name})) > 0`,
      ),
    )
    .limit(5)
  return rows.map(({ name }) => ({ code: 'another_customer', found: name }))
}

/** "Pixel Foods 16" may be named to itself, though another account is "Pixel Foods". */
async function withoutOwnName(ctx: Ctx, customerId: string | null, plain: string): Promise<string> {
  if (customerId === null) return plain
  const [own] = await ctx.db
    .select({ name: customers.name })
    .from(customers)
    .where(and(eq(customers.orgId, ctx.orgId), eq(customers.id, customerId)))
  return own ? plain.replaceAll(plainText(own.name).toLowerCase(), ' ') : plain
}
