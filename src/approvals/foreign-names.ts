import { and, eq, ne, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { customers } from '#db/schema/customers.ts'
import { plainText } from './disguises.ts'
import type { TextProblem } from './gate-text.ts'

/** Shorter names are words of every day. */
const SHORTEST_NAME = 8

/**
 * Other accounts that a model's text names: whose customer somebody is, is not said (ROUTING_POLICY §4). A model knows
 * such a name only from the mail it answers; the account's own stands in its facts.
 */
export async function foreignNames(
  ctx: Ctx,
  customerId: string,
  text: string,
): Promise<TextProblem[]> {
  const plain = plainText(text).toLowerCase()
  if (plain.length < SHORTEST_NAME) return []
  const rows = await ctx.db
    .select({ name: customers.name })
    .from(customers)
    .where(
      and(
        eq(customers.orgId, ctx.orgId),
        ne(customers.id, customerId),
        sql`length(${customers.name}) >= ${SHORTEST_NAME}`,
        sql`strpos(${plain}, lower(${customers.name})) > 0`,
      ),
    )
    .limit(5)
  return rows.map(({ name }) => ({ code: 'another_customer', found: name }))
}
