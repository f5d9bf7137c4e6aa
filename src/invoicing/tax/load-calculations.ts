import { and, eq, inArray } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { taxCalculations } from '#db/schema/invoicing.ts'
import type { PricingDocument } from '#src/pricing/shapes.ts'
import type { Calculation } from './external-tax.ts'

/** Whether a document's tax is calculated by the provider it names, as far as this process can ask one. */
function isCalculatedOutside(
  { taxProvider }: Pick<Ctx, 'taxProvider'>,
  { tax }: Pick<PricingDocument, 'tax'>,
): boolean {
  return taxProvider !== undefined && tax?.provider === taxProvider
}

/** Answers on file, by subscription: one statement for all, none where no document names a provider. */
export async function loadCalculations(
  ctx: Ctx,
  subscriptionIds: readonly string[],
  documents: Iterable<PricingDocument>,
): Promise<ReadonlyMap<string, Calculation[]>> {
  const asked = [...documents].some((document) => isCalculatedOutside(ctx, document))
  if (!asked || subscriptionIds.length === 0) return new Map()
  const rows = await ctx.db
    .select()
    .from(taxCalculations)
    .where(
      and(
        eq(taxCalculations.orgId, ctx.orgId),
        inArray(taxCalculations.subscriptionId, [...subscriptionIds]),
      ),
    )
  return Map.groupBy(rows, ({ subscriptionId }) => subscriptionId)
}
