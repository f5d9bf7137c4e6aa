import { and, eq, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { agentRuns } from '#db/schema/agents.ts'
import type { AgentRun } from './list-runs.ts'

/** Everything ROUTING_POLICY §3 wants stored about a run. */
export type RunRecord = Partial<
  Omit<
    AgentRun,
    'orgId' | 'id' | 'triggerType' | 'triggerKey' | 'createdAt' | 'finishedAt' | 'costMicroUsd'
  >
>

/** Writes how the run stands and what its calls have cost; a run that is over gets its time. */
export async function recordRun(ctx: Ctx, id: string, record: RunRecord): Promise<void> {
  const over = record.status === 'done' || record.status === 'failed'
  await ctx.db
    .update(agentRuns)
    .set({ ...record, costMicroUsd: costOf(ctx, id), ...(over ? { finishedAt: ctx.now } : {}) })
    .where(and(eq(agentRuns.orgId, ctx.orgId), eq(agentRuns.id, id)))
}

/** Null as soon as one call's price is not known: a part of the cost is not the cost. */
function costOf(ctx: Ctx, runId: string) {
  return sql`(select case when bool_or(cost_micro_usd is null and outcome <> 'reserved') then null
      else coalesce(sum(cost_micro_usd), 0) end
    from model_calls where org_id = ${ctx.orgId} and run_id = ${runId} and shadow_of is null)`
}
