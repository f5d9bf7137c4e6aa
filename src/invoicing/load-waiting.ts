import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { instantFromSql } from '#db/schema/columns.ts'
import { drawableGrants } from '#src/credits/drawable-grants.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { parseDecimal } from '#src/kernel/decimal.ts'
import type { Instant } from '#src/kernel/time.ts'
import { CouponTargets } from '#src/pricing/coupon-shapes.ts'
import { NOTHING_WAITING, type HeldCoupon, type Waiting, type WaitingItem } from './waiting.ts'

interface WaitingQuery {
  readonly customerIds: readonly string[]
  /** Drafts that are decided again: what they hold is there to be taken up. */
  readonly openInvoiceIds: readonly string[]
  /** Items dated later wait. */
  readonly at: Instant
  /** Where something is written: what waits is held until this transaction ends, so nobody else takes it up. */
  readonly lock: boolean
}

/** What waits for customers' invoices: three statements, and one more each where somebody holds a coupon or credit. */
export async function loadWaiting(
  ctx: Ctx,
  query: WaitingQuery,
): Promise<(customerId: string) => Waiting> {
  const items = await loadItems(ctx, query)
  const coupons = await loadCoupons(ctx, query)
  const credits = await drawableGrants(ctx, query)
  return (customerId) =>
    items.has(customerId) || coupons.has(customerId) || credits.has(customerId)
      ? {
          items: items.get(customerId) ?? [],
          coupons: coupons.get(customerId) ?? [],
          credits: credits.get(customerId) ?? [],
        }
      : NOTHING_WAITING
}

function textList(values: readonly string[]) {
  return sql`(select jsonb_array_elements_text(${JSON.stringify(values)}::jsonb))`
}

async function loadItems(
  ctx: Ctx,
  { customerIds, openInvoiceIds, at, lock }: WaitingQuery,
): Promise<Map<string, WaitingItem[]>> {
  const held =
    openInvoiceIds.length === 0 ? sql`` : sql` or invoice_id in ${textList(openInvoiceIds)}`
  const rows = await rowsOf<{
    id: string
    customer_id: string
    description: string
    quantity: string
    unit_price: string
    date: string
  }>(
    ctx.db,
    sql`select id, customer_id, description, quantity::text, unit_price::text, date from invoice_items
      where org_id = ${ctx.orgId} and customer_id in ${textList(customerIds)}
        and (invoice_id is null${held}) and date <= ${at.toString()}::timestamptz
      order by date, id ${lock ? sql`for update` : sql``}`,
  )
  return grouped(rows, (row) => ({
    id: row.id,
    description: row.description,
    quantity: parseDecimal(row.quantity),
    unitPrice: parseDecimal(row.unit_price),
    date: instantFromSql(row.date),
  }))
}

async function loadCoupons(
  ctx: Ctx,
  { customerIds, openInvoiceIds, lock }: WaitingQuery,
): Promise<Map<string, HeldCoupon[]>> {
  const rows = await rowsOf<{
    id: string
    customer_id: string
    subscription_id: string | null
    coupon_id: string
    name: string
    percentage: string | null
    amount: string | null
    currency: string | null
    duration: HeldCoupon['terms']['duration']
    periods: number | null
    targets: unknown
  }>(
    ctx.db,
    sql`select r.id, r.customer_id, r.subscription_id, r.coupon_id, c.name, c.percentage::text, c.amount::text,
        c.currency, c.duration, c.periods, c.targets
      from coupon_redemptions r join coupons c on c.org_id = r.org_id and c.id = r.coupon_id
      where r.org_id = ${ctx.orgId} and r.customer_id in ${textList(customerIds)} and r.ended_at is null
      order by r.redeemed_at, r.id ${lock ? sql`for update of r` : sql``}`,
  )
  if (rows.length === 0) return new Map()
  // Of a percentage for ever it does not matter where it was before.
  const limited = rows.filter(({ duration, amount }) => duration !== 'forever' || amount !== null)
  const ids = limited.map(({ id }) => id)
  const uses = ids.length === 0 ? new Map() : await loadUses(ctx, ids, openInvoiceIds)
  return grouped(rows, (row) => ({
    redemptionId: row.id,
    subscriptionId: row.subscription_id,
    terms: {
      id: row.coupon_id,
      name: row.name,
      ...(row.percentage === null ? {} : { percentage: parseDecimal(row.percentage) }),
      ...(row.amount === null ? {} : { amount: parseDecimal(row.amount) }),
      ...(row.currency === null ? {} : { currency: parseCurrency(row.currency) }),
      duration: row.duration,
      ...(row.periods === null ? {} : { periods: row.periods }),
      targets: CouponTargets.parse(row.targets),
    },
    uses: uses.get(row.id) ?? [],
  }))
}

/** After the locks are held, so that it sees what whoever held them before has written. */
async function loadUses(
  ctx: Ctx,
  redemptionIds: readonly string[],
  openInvoiceIds: readonly string[],
): Promise<Map<string, HeldCoupon['uses'][number][]>> {
  const rows = await rowsOf<{ redemption_id: string; period: string; amount_minor: string }>(
    ctx.db,
    sql`select redemption_id, period, amount_minor::text from coupon_applications
      where org_id = ${ctx.orgId} and redemption_id in ${textList(redemptionIds)}
        and invoice_id not in ${textList(openInvoiceIds)}`,
  )
  const uses = new Map<string, HeldCoupon['uses'][number][]>()
  for (const { redemption_id: id, period, amount_minor: amount } of rows)
    uses.set(id, [...(uses.get(id) ?? []), { period, amountMinor: BigInt(amount) }])
  return uses
}

function grouped<Row extends { readonly customer_id: string }, Item>(
  rows: readonly Row[],
  itemOf: (row: Row) => Item,
): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const row of rows) {
    const group = groups.get(row.customer_id)
    if (group) group.push(itemOf(row))
    else groups.set(row.customer_id, [itemOf(row)])
  }
  return groups
}
