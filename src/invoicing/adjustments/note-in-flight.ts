import { sql } from 'drizzle-orm'
import { anyOf, rowsOf, type Ctx } from '#db/context.ts'
import { noteStatement } from '#src/metering/late-usage.ts'

/**
 * Notes usage whose transaction was under way while these drafts were rated: neither the rating need have seen it, nor
 * the roll-up the draft. What came later the roll-up notes. For drafts that were committed before this transaction.
 */
export async function noteUsageInFlight(
  ctx: Ctx,
  drafts: readonly {
    readonly id: string
    readonly ratedSnapshot: string | null
    readonly writerXid: bigint
  }[],
): Promise<void> {
  const rated = drafts.flatMap(({ id, ratedSnapshot, writerXid }) => {
    const oldestRunning = BigInt(ratedSnapshot?.split(':')[0] ?? writerXid)
    return oldestRunning < writerXid ? [{ id, f: `${oldestRunning}`, t: `${writerXid}` }] : []
  })
  if (rated.length === 0) return
  // A stretch of transactions for each that wrote drafts: between two of them there may lie days.
  const stretches = [...new Map(rated.map(({ f, t }) => [`${f} ${t}`, { f, t }])).values()]
  if (!(await anyEvents(ctx, JSON.stringify(stretches)))) return
  await ctx.db.execute(
    noteStatement(
      ctx.now,
      sql`e.org_id = ${ctx.orgId} and e.xid < i.writer_xid
        and e.xid in (
          select x.xid from jsonb_to_recordset(${JSON.stringify(stretches)}::text::jsonb) as s(f bigint, t bigint)
          cross join lateral (select xid from usage_changes where xid >= s.f and xid < s.t) x)
        and i.id = ${anyOf(rated.map(({ id }) => id))}`,
    ),
  )
}

/** Most often nothing was recorded meanwhile, and then there is nothing to join. */
async function anyEvents(ctx: Ctx, stretches: string): Promise<boolean> {
  const [row] = await rowsOf<{ found: boolean }>(
    ctx.db,
    sql`select exists (select 1 from jsonb_to_recordset(${stretches}::text::jsonb) as s(f bigint, t bigint)
      cross join lateral (select 1 from usage_changes e where e.org_id = ${ctx.orgId} and e.xid >= s.f and e.xid < s.t
        limit 1) x) as found`,
  )
  return row?.found ?? true
}
