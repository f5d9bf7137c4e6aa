import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'

/** Says so where a price list names a tax provider that this process cannot ask, so that our own table decided. */
export async function taxNotices(ctx: Ctx, period: string): Promise<string[]> {
  const rows = await rowsOf<{ provider: string }>(
    ctx.db,
    sql`select distinct d.document -> 'tax' ->> 'provider' as provider
      from (select distinct pricing_version from invoices where org_id = ${ctx.orgId} and period = ${period}) i
      join pricing_documents d on d.org_id = ${ctx.orgId} and d.version = i.pricing_version
      where d.document -> 'tax' ->> 'provider' is not null order by 1`,
  )
  return rows
    .filter(({ provider }) => provider !== ctx.taxProvider)
    .map(({ provider }) =>
      provider === 'stripe_tax'
        ? 'tax.provider stripe_tax: no STRIPE_SECRET_KEY is set, so our own table decided the taxes'
        : `tax.provider ${provider}: not known here, so our own table decided the taxes`,
    )
}
