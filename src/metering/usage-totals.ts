import { sql, type SQL } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { parseDecimal, ZERO, type Decimal } from '#src/kernel/decimal.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { instantText, isBefore, type Period } from '#src/kernel/time.ts'
import { requestSpan, wholeHours } from './hours.ts'
import { TOTALS } from './shapes.ts'
import { WATERMARK } from './watermark.ts'

/** One number wanted of a period; `key` names it in the answer. */
export interface TotalRequest {
  readonly key: string
  readonly customerId: string
  readonly metric: string
  readonly aggregation: string
  readonly period: Period
  /** Only events whose property has one of the values; then everything is read from raw events. */
  readonly filter?: Readonly<Record<string, readonly string[]>>
  /** The property whose distinct values `unique` counts. */
  readonly property?: string
}

type Total = (typeof TOTALS)[number]
const OPTIMISTIC_TRIES = 4

/**
 * Exact usage of any periods, to the microsecond of their boundaries, in two statements however many are asked:
 * whole hours from the buckets, ragged edges and everything above the roll-up's watermark from raw events.
 * Nothing used is 0. All read in one snapshot, so a roll-up at work neither hides nor doubles an event.
 * @throws invalid_input for an aggregation other than count, sum, max, min, unique, latest.
 */
export async function usageTotals(
  ctx: Ctx,
  requests: readonly TotalRequest[],
): Promise<Map<string, Decimal>> {
  for (const request of requests) checkRequest(request)
  const totals = new Map<string, Decimal>(requests.map(({ key }) => [key, ZERO]))
  if (requests.length === 0) return totals
  const bucketed = requests.filter(fitsBuckets)
  const raw = requests.filter((request) => !fitsBuckets(request))
  const rows = [
    ...(bucketed.length > 0 ? await readHybrid(ctx, bucketed) : []),
    ...(raw.length > 0 ? await readRaw(ctx, raw) : []),
  ]
  for (const row of rows) totals.set(row.key, parseDecimal(row.value))
  return totals
}

interface TotalRow {
  readonly key: string
  readonly value: string
}

function checkRequest(request: TotalRequest): void {
  if (!TOTALS.some((total) => total === request.aggregation))
    throw invalidField('aggregation', `"${request.aggregation}" is not one of ${TOTALS.join(', ')}`)
  if (request.aggregation === 'unique' && request.property === undefined)
    throw invalidField('property', 'unique needs the property whose values are counted')
  if (isBefore(request.period.end, request.period.start))
    throw invalidField('period', 'ends before it starts')
}

function fitsBuckets({ aggregation, filter }: TotalRequest): boolean {
  const total = aggregation as Total
  return total !== 'unique' && total !== 'latest' && Object.keys(filter ?? {}).length === 0
}

function requestRows(requests: readonly TotalRequest[]): string {
  return JSON.stringify(
    requests.map(({ key, customerId, metric, aggregation, period, filter, property }) => {
      const hours = wholeHours(period)
      return {
        k: key,
        c: customerId,
        m: metric,
        a: aggregation,
        s: instantText(period.start),
        e: instantText(period.end),
        ws: instantText(hours.start),
        we: instantText(hours.end),
        f: filter ?? {},
        p: property,
      }
    }),
  )
}

/**
 * The watermark goes in as a constant so that the planner takes the index on xid; the statement answers it again
 * from its own snapshot, and when the roll-up moved in between it is run anew. The last try reads it inside.
 */
async function readHybrid(ctx: Ctx, requests: readonly TotalRequest[]): Promise<TotalRow[]> {
  const json = requestRows(requests)
  for (let attempt = 0; attempt < OPTIMISTIC_TRIES; attempt += 1) {
    const watermark = await readWatermark(ctx)
    const rows = await rowsOf<TotalRow & { seen: string }>(
      ctx.db,
      hybridQuery(ctx, requests, json, sql`${watermark}::bigint`),
    )
    if (rows.every((row) => row.seen === watermark)) return rows
  }
  return rowsOf<TotalRow>(ctx.db, hybridQuery(ctx, requests, json, WATERMARK))
}

async function readWatermark(ctx: Ctx): Promise<string> {
  const [row] = await rowsOf<{ xid: string }>(ctx.db, sql`select ${WATERMARK}::text as xid`)
  if (!row) throw new AppError('internal', 'no answer to the watermark')
  return row.xid
}

/** Constant bounds of all requests: partitions outside them are not even planned. */
function within(requests: readonly TotalRequest[]): SQL {
  const { start, end } = requestSpan(requests.map(({ period }) => period))
  return sql`e.timestamp >= ${start.toString()}::timestamptz and e.timestamp < ${end.toString()}::timestamptz`
}

function hybridQuery(
  ctx: Ctx,
  requests: readonly TotalRequest[],
  json: string,
  watermark: SQL,
): SQL {
  const ofRequest = sql`e.org_id = ${ctx.orgId} and e.customer_id = r.c and e.metric = r.m and ${within(requests)}`
  return sql`
    with r as materialized (
      select * from jsonb_to_recordset(${json}::text::jsonb)
        as r(k text, c text, m text, a text, s timestamptz, e timestamptz, ws timestamptz, we timestamptz)
    ), part as (
      select r.k, b.count, b.sum, b.max, b.min from r join usage_buckets b
        on b.org_id = ${ctx.orgId} and b.customer_id = r.c and b.metric = r.m and b.hour >= r.ws and b.hour < r.we
      union all
      select r.k, 1, e.quantity, e.quantity, e.quantity from r join counted_usage e on ${ofRequest}
        and e.xid >= ${watermark} and e.timestamp >= r.s and e.timestamp < r.e
      union all
      select r.k, 1, e.quantity, e.quantity, e.quantity from r join counted_usage e on ${ofRequest}
        and e.xid < ${watermark} and e.timestamp >= r.s and e.timestamp < r.ws
        where r.s < r.ws
      union all
      select r.k, 1, e.quantity, e.quantity, e.quantity from r join counted_usage e on ${ofRequest}
        and e.xid < ${watermark} and e.timestamp >= r.we and e.timestamp < r.e
        where r.we < r.e
    )
    select r.k as key, ${WATERMARK}::text as seen,
      coalesce(case r.a when 'count' then sum(p.count) when 'sum' then sum(p.sum)
        when 'max' then max(p.max) when 'min' then min(p.min) end, 0)::text as value
    from r left join part p on p.k = r.k group by r.k, r.a`
}

async function readRaw(ctx: Ctx, requests: readonly TotalRequest[]): Promise<TotalRow[]> {
  return rowsOf<TotalRow>(
    ctx.db,
    sql`
    with r as materialized (
      select * from jsonb_to_recordset(${requestRows(requests)}::text::jsonb)
        as r(k text, c text, m text, a text, s timestamptz, e timestamptz, f jsonb, p text)
    )
    select r.k as key, coalesce(case r.a when 'count' then count(e.quantity) when 'sum' then sum(e.quantity)
        when 'max' then max(e.quantity) when 'min' then min(e.quantity)
        when 'unique' then count(distinct e.properties ->> r.p)
        when 'latest' then (array_agg(e.quantity order by e.timestamp desc, e.quantity desc))[1] end, 0)::text as value
    from r join counted_usage e on e.org_id = ${ctx.orgId} and e.customer_id = r.c and e.metric = r.m
      and ${within(requests)} and e.timestamp >= r.s and e.timestamp < r.e
      and not exists (
        select 1 from jsonb_each(r.f) as wanted(name, allowed)
        where e.properties ->> wanted.name is null or not wanted.allowed ? (e.properties ->> wanted.name))
    group by r.k, r.a, r.p`,
  )
}
