import { eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { organizations } from '#db/schema/tenancy.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { QueueSettings } from '#src/tenancy/shapes.ts'

const { claimIdleMinutes, keepCheckpointsDays } = QueueSettings.shape
/** Without the defaults: what is not named stays. */
export const QueueSettingsChange = z.strictObject({
  claimIdleMinutes: claimIdleMinutes.unwrap().exactOptional(),
  keepCheckpointsDays: keepCheckpointsDays.unwrap().exactOptional(),
})
export type QueueSettingsChange = z.infer<typeof QueueSettingsChange>

/** Sets what the change names, with its audit row. */
export async function changeQueueSettings(
  ctx: Ctx,
  change: QueueSettingsChange,
): Promise<QueueSettings> {
  await ctx.db
    .update(organizations)
    .set({
      settings: sql`jsonb_set(${organizations.settings}, '{queue}',
        coalesce(${organizations.settings} -> 'queue', '{}'::jsonb) || ${JSON.stringify(change)}::jsonb)`,
    })
    .where(eq(organizations.id, ctx.orgId))
  await recordAudit(ctx, {
    action: 'organization.queue_changed',
    subject: { type: 'organization', id: ctx.orgId },
    reason: 'changed through the API',
    data: { ...change },
  })
  return (await loadOrganization(ctx)).settings.queue
}
