import { and, asc, eq, inArray, sql, type SQL } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { escalations } from '#db/schema/agents.ts'
import { AppError } from '#src/kernel/errors.ts'
import { parseInstant } from '#src/kernel/time.ts'

export type Escalation = typeof escalations.$inferSelect
export type EscalationStatus = Escalation['status']

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

/** The queue, due first; `after` is the position of the last one on the page before. */
export async function listEscalations(
  ctx: Ctx,
  filter: {
    statuses?: readonly EscalationStatus[]
    customerId?: string
    after?: string | null
    limit: number
  },
): Promise<Escalation[]> {
  const conditions: SQL[] = [eq(escalations.orgId, ctx.orgId)]
  if (filter.statuses) conditions.push(inArray(escalations.status, [...filter.statuses]))
  if (filter.customerId !== undefined)
    conditions.push(eq(escalations.customerId, filter.customerId))
  if (filter.after) {
    const [dueAt = '', id = ''] = filter.after.split('~')
    conditions.push(
      sql`(${escalations.dueAt}, ${escalations.id}) > (${parseInstant(dueAt, 'cursor').toString()}::timestamptz, ${id})`,
    )
  }
  return ctx.db
    .select()
    .from(escalations)
    .where(and(...conditions))
    .orderBy(asc(escalations.dueAt), asc(escalations.id))
    .limit(filter.limit)
}
