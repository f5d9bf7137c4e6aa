import { sql } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { actorName } from '#src/kernel/ids.ts'

/** One thing that happened: `action` reads "invoice.finalized", `reason` says why in words a person understands. */
export interface AuditEntry {
  readonly action: string
  readonly subject: { readonly type: string; readonly id: string }
  readonly reason: string
  /** Ids, amounts as strings, states; never personal data or secrets. */
  readonly data?: Record<string, unknown>
}

/** Writes the audit row into the transaction that does the thing; the database refuses to change it later. */
export async function recordAudit(ctx: Ctx, entry: AuditEntry): Promise<void> {
  await recordAudits(ctx, [entry])
}

/** Many audit rows with one statement. */
export async function recordAudits(ctx: Ctx, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return
  const rows = entries.map(({ action, subject, reason, data }) => ({
    id: ctx.newId('aud'),
    action,
    subject_type: subject.type,
    subject_id: subject.id,
    reason,
    data: data ?? {},
  }))
  await ctx.db.execute(
    sql`insert into audit_log (org_id, id, at, actor, action, subject_type, subject_id, reason, data)
      select ${ctx.orgId}, id, ${ctx.now.toString()}::timestamptz, ${actorName(ctx.actor)}, action, subject_type,
        subject_id, reason, data
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id text, action text, subject_type text,
        subject_id text, reason text, data jsonb)`,
  )
}
