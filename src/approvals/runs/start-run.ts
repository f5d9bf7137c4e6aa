import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { agentRuns } from '#db/schema/agents.ts'
import { sha256 } from '#src/kernel/canonical.ts'
import type { AgentRun } from './list-runs.ts'

/** What makes the supervisor run: a row that exists. */
export interface TriggerRef {
  readonly type: 'stripe_event' | 'customer_query' | 'usage_anomaly'
  /** provider_events.id, messages.id or usage_anomalies.id. */
  readonly ref: string
}

/** The workflow and thread id of a trigger's run: derived, so that a trigger handed over twice is one run. */
export function runIdOf(orgId: string, trigger: TriggerRef): string {
  return `run_${sha256(`${orgId}\n${trigger.type}:${trigger.ref}`).slice(0, 28)}`
}

/** Opens the run's row, once; `fresh` says whether it was opened now. */
export async function startRun(
  ctx: Ctx,
  trigger: TriggerRef,
  customerId: string | null,
): Promise<{ fresh: boolean; run: Pick<AgentRun, 'id' | 'status' | 'outcome'> }> {
  const id = runIdOf(ctx.orgId, trigger)
  const columns = { id: agentRuns.id, status: agentRuns.status, outcome: agentRuns.outcome }
  const [inserted] = await ctx.db
    .insert(agentRuns)
    .values({
      orgId: ctx.orgId,
      id,
      customerId,
      triggerType: trigger.type,
      triggerKey: `${trigger.type}:${trigger.ref}`,
      status: 'running',
      proposals: [],
      verdicts: [],
      createdAt: ctx.now,
    })
    .onConflictDoNothing()
    .returning(columns)
  if (inserted) return { fresh: true, run: inserted }
  const [existing] = await ctx.db
    .select(columns)
    .from(agentRuns)
    .where(and(eq(agentRuns.orgId, ctx.orgId), eq(agentRuns.id, id)))
  return { fresh: false, run: existing ?? { id, status: 'running', outcome: null } }
}
