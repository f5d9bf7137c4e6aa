import { and, desc, eq, sql, type SQL } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { modelCalls } from '#db/schema/agents.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { dollarsOf } from './rules.ts'

export type ModelCall = typeof modelCalls.$inferSelect

/** Where a call stands in the list: "creation instant~id". */
export function callPosition(row: ModelCall): string {
  return `${row.createdAt.toString()}~${row.id}`
}

/** Calls, newest first; `after` is the position of the last one on the page before. */
export async function listCalls(
  ctx: Ctx,
  filter: {
    runId?: string | undefined
    purpose?: ModelCall['purpose'] | undefined
    outcome?: ModelCall['outcome'] | undefined
    after?: string | null
    limit: number
  },
): Promise<ModelCall[]> {
  const conditions: SQL[] = [eq(modelCalls.orgId, ctx.orgId)]
  if (filter.runId !== undefined) conditions.push(eq(modelCalls.runId, filter.runId))
  if (filter.purpose !== undefined) conditions.push(eq(modelCalls.purpose, filter.purpose))
  if (filter.outcome !== undefined) conditions.push(eq(modelCalls.outcome, filter.outcome))
  if (filter.after) {
    const [createdAt = '', id = ''] = filter.after.split('~')
    conditions.push(
      sql`(${modelCalls.createdAt}, ${modelCalls.id}) < (${parseInstant(createdAt, 'cursor').toString()}::timestamptz, ${id})`,
    )
  }
  return ctx.db
    .select()
    .from(modelCalls)
    .where(and(...conditions))
    .orderBy(desc(modelCalls.createdAt), desc(modelCalls.id))
    .limit(filter.limit)
}

export interface SpentNow {
  readonly day: string
  readonly today: { readonly tokens: number; readonly usd: string }
  readonly month: { readonly tokens: number; readonly usd: string }
  readonly shadowsToday: { readonly tokens: number; readonly usd: string }
}

/** What the day and the month of the organisation have used and put aside. */
export async function spentNow(ctx: Ctx): Promise<SpentNow> {
  const { timeZone } = await loadOrganization(ctx)
  const day = ctx.now.toZonedDateTimeISO(timeZone).toPlainDate().toString()
  const rows = await rowsOf<{ kind: string; day: string; tokens: string; micro_usd: string }>(
    ctx.db,
    sql`select kind, day, tokens, micro_usd from model_spend
      where org_id = ${ctx.orgId} and day like ${`${day.slice(0, 7)}%`}`,
  )
  const sum = (of: (row: { kind: string; day: string }) => boolean) => {
    const chosen = rows.filter(of)
    return {
      tokens: chosen.reduce((total, row) => total + Number(row.tokens), 0),
      usd: dollarsOf(chosen.reduce((total, row) => total + Number(row.micro_usd), 0)),
    }
  }
  return {
    day,
    today: sum((row) => row.kind === 'live' && row.day === day),
    month: sum((row) => row.kind === 'live'),
    shadowsToday: sum((row) => row.kind === 'shadow' && row.day === day),
  }
}
