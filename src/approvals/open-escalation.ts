import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { escalations } from '#db/schema/agents.ts'
import { sha256 } from '#src/kernel/canonical.ts'
import { notify } from '#src/notifications/notify.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { dueHours, priorityOf, type Priority } from './priorities.ts'

export interface NewEscalation {
  /** The run that waits for the answer, or `none:<subject>` when nobody waits. */
  readonly runId: string
  readonly customerId: string | null
  /** A stable code ("dispute_open", "approval_needed"). */
  readonly reason: string
  /** One sentence a person understands. */
  readonly summary: string
  /** Default: by reason. */
  readonly priority?: Priority
  /** Mail, facts, decision, proposals, drafts. No secrets. */
  readonly context: Record<string, unknown>
  /** Derived from the thing: the same key is one escalation. */
  readonly key: string
}

/** The id an escalation with this key has. */
function escalationId(orgId: string, key: string): string {
  return `esc_${sha256(`${orgId}\n${key}`).slice(0, 28)}`
}

/** Puts a case into the human queue, once per key; returns its id. */
export async function openEscalation(ctx: Ctx, escalation: NewEscalation): Promise<string> {
  const id = escalationId(ctx.orgId, escalation.key)
  const priority = escalation.priority ?? priorityOf(escalation.reason)
  const dueAt = ctx.now.add({ hours: dueHours(priority) })
  const inserted = await ctx.db
    .insert(escalations)
    .values({
      orgId: ctx.orgId,
      id,
      runId: escalation.runId,
      customerId: escalation.customerId,
      reason: escalation.reason,
      summary: escalation.summary.slice(0, 500),
      priority,
      status: 'open',
      context: escalation.context,
      dueAt,
      createdAt: ctx.now,
    })
    .onConflictDoNothing()
    .returning({ id: escalations.id })
  if (inserted.length === 0) return id
  const { runId, customerId, reason } = escalation
  await Promise.all([
    recordAudit(ctx, {
      action: 'escalation.opened',
      subject: { type: 'escalation', id },
      reason,
      data: { runId, customerId, priority },
    }),
    notify(ctx, {
      type: 'escalation.created',
      key: `escalation.created:${id}`,
      data: { escalationId: id, customerId, reason, priority },
    }),
    enqueue(ctx, { job: 'ESCALATION_DUE', key: id, payload: { escalationId: id }, dueAt }),
  ])
  return id
}

/**
 * Adds another trigger of the same account to the escalation that a person already has in hand. False when that has been
 * answered meanwhile: nobody would look at it.
 */
export async function attachToEscalation(
  ctx: Ctx,
  input: { id: string; runId: string; note: Record<string, unknown> },
): Promise<boolean> {
  const note = JSON.stringify({ [input.runId]: input.note })
  const rows = await ctx.db
    .update(escalations)
    .set({
      context: sql`jsonb_set(${escalations.context}, '{attached}',
        coalesce(${escalations.context} -> 'attached', '{}'::jsonb) || ${note}::jsonb)`,
    })
    .where(
      and(
        eq(escalations.orgId, ctx.orgId),
        eq(escalations.id, input.id),
        inArray(escalations.status, ['open', 'claimed']),
      ),
    )
    .returning({ id: escalations.id })
  if (rows.length === 0) return false
  await recordAudit(ctx, {
    action: 'escalation.attached',
    subject: { type: 'escalation', id: input.id },
    reason: 'another trigger of the account joins the case a person has',
    data: { runId: input.runId },
  })
  return true
}
