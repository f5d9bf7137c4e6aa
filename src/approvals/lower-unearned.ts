import { sql } from 'drizzle-orm'
import { openScope, rowsOf, type Ctx, type System } from '#db/context.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { AUTONOMY, isAbove } from './autonomy.ts'
import { figures, isEarned, measuredAgreement, storeAutonomy } from './change-autonomy.ts'
import type { ProposalKind } from './shapes.ts'

/**
 * Takes back what is not earned any more: a level above the usual whose answers fell under the bar, or grew too old to
 * count. Asked after each answer and by housekeeping.
 */
export async function lowerUnearned(ctx: Ctx): Promise<void> {
  const { settings } = await loadOrganization(ctx)
  const raised = Object.entries(settings.autonomy).filter(([kind, level]) => {
    const usual = AUTONOMY[kind as ProposalKind]
    return usual !== undefined && isAbove(level, usual)
  })
  if (raised.length === 0) return
  const measured = await measuredAgreement(ctx)
  const lost = raised.filter(([kind]) => !isEarned(measured.get(kind)))
  if (lost.length === 0) return
  const kept = Object.entries(settings.autonomy).filter(([kind]) =>
    lost.every(([name]) => name !== kind),
  )
  await storeAutonomy(ctx, Object.fromEntries(kept))
  for (const [kind, level] of lost)
    await recordAudit(ctx, {
      action: 'autonomy.lowered',
      subject: { type: 'organization', id: ctx.orgId },
      reason: `${kind}: ${level} is not earned any more`,
      data: {
        kind,
        from: level,
        to: AUTONOMY[kind as ProposalKind],
        ...figures(measured.get(kind)),
      },
    })
}

/** The same for every organisation that has set anything. */
export async function lowerUnearnedEverywhere(system: System): Promise<void> {
  const rows = await rowsOf<{ id: string }>(
    system.db,
    sql`select id from organizations where settings -> 'autonomy' <> '{}'::jsonb`,
  )
  for (const { id } of rows) {
    const scope = await openScope(system, id, { kind: 'system', id: 'autonomy' })
    await scope.transact(lowerUnearned)
  }
}
