import { and, eq } from 'drizzle-orm'
import type { Scope } from '#db/context.ts'
import { escalations } from '#db/schema/agents.ts'
import { dunningCases } from '#db/schema/collections.ts'
import { auditLog } from '#db/schema/tenancy.ts'

/** What the database says that one attack has led to; each attack has an instant of its own. */
export interface Traces {
  readonly audit: readonly (typeof auditLog.$inferSelect)[]
  /** Contexts of the escalations it opened. */
  readonly queue: readonly Readonly<Record<string, unknown>>[]
  readonly casesBefore: readonly DunningCase[]
  readonly cases: readonly DunningCase[]
}

export type DunningCase = typeof dunningCases.$inferSelect

/** Reads the traces of one attack after the other; what the last one left is where the next begins. */
export function traceReader(): (scope: Scope) => Promise<Traces> {
  let casesBefore: readonly DunningCase[] | null = null
  return async (scope) => {
    const traces = await scope.transact(async ({ db, orgId, now }) => ({
      audit: await db
        .select()
        .from(auditLog)
        .where(and(eq(auditLog.orgId, orgId), eq(auditLog.at, now))),
      queue: await db
        .select({ context: escalations.context })
        .from(escalations)
        .where(and(eq(escalations.orgId, orgId), eq(escalations.createdAt, now))),
      cases: await db.select().from(dunningCases),
    }))
    const before = casesBefore ?? traces.cases
    casesBefore = traces.cases
    return { ...traces, queue: traces.queue.map(({ context }) => context), casesBefore: before }
  }
}
