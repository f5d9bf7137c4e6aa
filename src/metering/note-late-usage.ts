import { sql } from 'drizzle-orm'
import type { Db } from '#db/connect.ts'
import { rowsOf, type System } from '#db/context.ts'
import { organizations } from '#db/schema/tenancy.ts'
import type { Actor } from '#src/kernel/ids.ts'
import { recordAudits } from '#src/tenancy/audit.ts'
import { noteStatement } from './late-usage.ts'

const ACTOR: Actor = { kind: 'system', id: 'metering' }

interface LateRow {
  readonly org_id: string
  readonly invoice_id: string
  readonly customer_id: string
  readonly metric: string
  readonly quantity: string
  readonly events: string
}

/**
 * Notes usage that the invoice of its period may lack, and audits what arrived after that invoice was finalized. Called
 * by the roll-up for the transactions it passes, in its own transaction.
 */
export async function noteLateUsage(
  system: System,
  db: Db,
  passed: { readonly from: bigint; readonly to: bigint },
): Promise<void> {
  const rows = await rowsOf<LateRow>(
    db,
    noteStatement(
      system.clock.now(),
      sql`e.xid >= ${passed.from.toString()}::bigint and e.xid < ${passed.to.toString()}::bigint`,
    ),
  )
  if (rows.length === 0) return
  const clocks = new Map(
    (
      await db.select({ id: organizations.id, clockAt: organizations.clockAt }).from(organizations)
    ).map(({ id, clockAt }) => [id, clockAt]),
  )
  for (const [orgId, late] of Map.groupBy(rows, (row) => row.org_id)) {
    const now = clocks.get(orgId) ?? system.clock.now()
    await recordAudits(
      { db, orgId, now, actor: ACTOR, newId: system.newId },
      late.map(({ invoice_id: id, customer_id: customerId, metric, quantity, events }) => ({
        action: 'usage.late',
        subject: { type: 'invoice', id },
        reason: 'usage arrived after the invoice of its period was finalized',
        data: { customerId, metric, quantity, events },
      })),
    )
  }
}
