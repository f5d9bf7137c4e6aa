import { and, desc, eq, sql, type SQL } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { agentRuns } from '#db/schema/agents.ts'
import { AppError } from '#src/kernel/errors.ts'
import { parseInstant } from '#src/kernel/time.ts'

export type AgentRun = typeof agentRuns.$inferSelect

/** Where a run stands in the list: "creation instant~id". */
export function runPosition(row: AgentRun): string {
  return `${row.createdAt.toString()}~${row.id}`
}

/** Runs, newest first; `after` is the position of the last one on the page before. */
export async function listRuns(
  ctx: Ctx,
  filter: {
    customerId?: string | undefined
    status?: AgentRun['status'] | undefined
    after?: string | null
    limit: number
  },
): Promise<AgentRun[]> {
  const conditions: SQL[] = [eq(agentRuns.orgId, ctx.orgId)]
  if (filter.customerId !== undefined) conditions.push(eq(agentRuns.customerId, filter.customerId))
  if (filter.status !== undefined) conditions.push(eq(agentRuns.status, filter.status))
  if (filter.after) {
    const [createdAt = '', id = ''] = filter.after.split('~')
    conditions.push(
      sql`(${agentRuns.createdAt}, ${agentRuns.id}) < (${parseInstant(createdAt, 'cursor').toString()}::timestamptz, ${id})`,
    )
  }
  return ctx.db
    .select()
    .from(agentRuns)
    .where(and(...conditions))
    .orderBy(desc(agentRuns.createdAt), desc(agentRuns.id))
    .limit(filter.limit)
}

/** @throws not_found */
export async function loadRun(ctx: Ctx, id: string): Promise<AgentRun> {
  const [row] = await ctx.db
    .select()
    .from(agentRuns)
    .where(and(eq(agentRuns.orgId, ctx.orgId), eq(agentRuns.id, id)))
  if (!row) throw new AppError('not_found', `no run ${id}`)
  return row
}
