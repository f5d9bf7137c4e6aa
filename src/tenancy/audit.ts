import type { Ctx } from '#db/context.ts'
import { auditLog } from '#db/schema/tenancy.ts'
import { actorName } from '#src/kernel/ids.ts'

/** One thing that happened: `action` reads "invoice.finalized", `reason` says why in words a person understands. */
export interface AuditEntry {
  readonly action: string
  readonly subject: { readonly type: string; readonly id: string }
  readonly reason: string
  /** Ids, amounts as strings, states; never personal data or secrets. */
  readonly data?: Record<string, unknown>
}

const ROWS_PER_STATEMENT = 1000

/** Writes the audit row into the transaction that does the thing; the database refuses to change it later. */
export async function recordAudit(ctx: Ctx, entry: AuditEntry): Promise<void> {
  await recordAudits(ctx, [entry])
}

/** Many audit rows with few statements. */
export async function recordAudits(ctx: Ctx, entries: readonly AuditEntry[]): Promise<void> {
  for (let start = 0; start < entries.length; start += ROWS_PER_STATEMENT) {
    await ctx.db.insert(auditLog).values(
      entries.slice(start, start + ROWS_PER_STATEMENT).map((entry) => ({
        orgId: ctx.orgId,
        id: ctx.newId('aud'),
        at: ctx.now,
        actor: actorName(ctx.actor),
        action: entry.action,
        subjectType: entry.subject.type,
        subjectId: entry.subject.id,
        reason: entry.reason,
        data: entry.data ?? {},
      })),
    )
  }
}
