import { and, eq, inArray, ne, or } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { invoices } from '#db/schema/invoicing.ts'
import type { TextProblem } from './gate-text.ts'

/** Longer than an invoice number or a page's token ever is. */
const NAME = /[\p{L}\p{N}][\p{L}\p{N}_-]{3,99}/gu
const MAX_NAMES = 2000

/**
 * Invoices of other customers that a text names by number or links to: their existence is not revealed
 * (ROUTING_POLICY §4), whoever writes. `customerId` null means that every invoice is somebody else's.
 */
export async function foreignReferences(
  ctx: Ctx,
  customerId: string | null,
  text: string,
): Promise<TextProblem[]> {
  const words = text.normalize('NFKC').match(NAME) ?? []
  const names = [...new Set(words.flatMap((word) => [word, word.toUpperCase()]))]
  if (names.length === 0) return []
  const some = names.slice(0, MAX_NAMES)
  const rows = await ctx.db
    .select({ number: invoices.number })
    .from(invoices)
    .where(
      and(
        eq(invoices.orgId, ctx.orgId),
        customerId === null ? undefined : ne(invoices.customerId, customerId),
        or(inArray(invoices.number, some), inArray(invoices.publicToken, some)),
      ),
    )
    .limit(5)
  return rows.map(({ number }) => ({ code: 'another_customer', found: number ?? 'an invoice' }))
}
