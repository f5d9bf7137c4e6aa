import { and, asc, eq, inArray, isNull, lte, sql, type SQL } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { escalations } from '#db/schema/agents.ts'
import { AppError } from '#src/kernel/errors.ts'
import { parseInstant } from '#src/kernel/time.ts'

export type Escalation = typeof escalations.$inferSelect
type EscalationStatus = Escalation['status']

/** @throws not_found */
export async function loadEscalation(ctx: Ctx, id: string): Promise<Escalation> {
  const [row] = await ctx.db
    .select()
    .from(escalations)
    .where(and(eq(escalations.orgId, ctx.orgId), eq(escalations.id, id)))
  if (!row) throw new AppError('not_found', `no escalation ${id}`)
  return row
}

/** Where an escalation stands in the queue: "due instant~id". */
export function queuePosition(row: Escalation): string {
  return `${row.dueAt.toString()}~${row.id}`
}

export interface QueueFilter {
  readonly statuses?: readonly EscalationStatus[] | undefined
  readonly reason?: string | undefined
  readonly priority?: Escalation['priority'] | undefined
  /** "member:mbr_1"; null: nobody has it. */
  readonly assignee?: string | null | undefined
  readonly customerId?: string | undefined
  /** Only what is open or claimed past its due time. */
  readonly overdue?: boolean | undefined
  readonly after?: string | null | undefined
  readonly limit: number
}

/** The queue, due first; `after` is the position of the last one on the page before. */
export async function listEscalations(ctx: Ctx, filter: QueueFilter): Promise<Escalation[]> {
  return ctx.db
    .select()
    .from(escalations)
    .where(and(eq(escalations.orgId, ctx.orgId), ...conditionsOf(ctx, filter)))
    .orderBy(asc(escalations.dueAt), asc(escalations.id))
    .limit(filter.limit)
}

function conditionsOf(ctx: Ctx, filter: QueueFilter): SQL[] {
  const { statuses, reason, priority, assignee, customerId, overdue, after } = filter
  const conditions: SQL[] = []
  if (statuses) conditions.push(inArray(escalations.status, [...statuses]))
  if (reason !== undefined) conditions.push(eq(escalations.reason, reason))
  if (priority !== undefined) conditions.push(eq(escalations.priority, priority))
  if (assignee === null) conditions.push(isNull(escalations.claimedBy))
  else if (assignee !== undefined) conditions.push(eq(escalations.claimedBy, assignee))
  if (customerId !== undefined) conditions.push(eq(escalations.customerId, customerId))
  if (overdue)
    conditions.push(
      inArray(escalations.status, ['open', 'claimed']),
      lte(escalations.dueAt, ctx.now),
    )
  if (after) {
    const [dueAt = '', id = ''] = after.split('~')
    conditions.push(
      sql`(${escalations.dueAt}, ${escalations.id}) > (${parseInstant(dueAt, 'cursor').toString()}::timestamptz, ${id})`,
    )
  }
  return conditions
}
