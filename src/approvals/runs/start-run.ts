import { and, eq, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { agentRuns } from '#db/schema/agents.ts'
import { sha256 } from '#src/kernel/canonical.ts'
import { AppError } from '#src/kernel/errors.ts'
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

/** The run's row as it is taken up. */
export interface StartedRun {
  /** Whether the row was made now. */
  readonly isNew: boolean
  readonly run: Pick<AgentRun, 'id' | 'status' | 'attempts'>
}

/** Opens the run's row, once; taken up again, a run that is not over counts the attempt. */
export async function startRun(
  ctx: Ctx,
  trigger: TriggerRef,
  customerId: string | null,
): Promise<StartedRun> {
  const id = runIdOf(ctx.orgId, trigger)
  const [row] = await ctx.db
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
    .onConflictDoUpdate({
      target: [agentRuns.orgId, agentRuns.id],
      set: { attempts: sql`${agentRuns.attempts} + 1` },
      setWhere: eq(agentRuns.status, 'running'),
    })
    .returning(COLUMNS)
  if (row) return { isNew: row.attempts === 1, run: row }
  const [settled] = await ctx.db
    .select(COLUMNS)
    .from(agentRuns)
    .where(and(eq(agentRuns.orgId, ctx.orgId), eq(agentRuns.id, id)))
  if (!settled) throw new AppError('unavailable', `run ${id} is being opened`)
  return { isNew: false, run: settled }
}

const COLUMNS = { id: agentRuns.id, status: agentRuns.status, attempts: agentRuns.attempts }
