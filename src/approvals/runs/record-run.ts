import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { agentRuns } from '#db/schema/agents.ts'
import type { AgentRun } from './list-runs.ts'

/** Everything ROUTING_POLICY §3 wants stored about a run. */
export type RunRecord = Partial<
  Omit<AgentRun, 'orgId' | 'id' | 'triggerType' | 'triggerKey' | 'createdAt' | 'finishedAt'>
>

/** Writes how the run stands; a run that is over gets its time. */
export async function recordRun(ctx: Ctx, id: string, record: RunRecord): Promise<void> {
  const over = record.status === 'done' || record.status === 'failed'
  await ctx.db
    .update(agentRuns)
    .set({ ...record, ...(over ? { finishedAt: ctx.now } : {}) })
    .where(and(eq(agentRuns.orgId, ctx.orgId), eq(agentRuns.id, id)))
}
