import { eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { organizations } from '#db/schema/tenancy.ts'
import { AppError } from '#src/kernel/errors.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { ModelSettings } from '#src/tenancy/shapes.ts'

const { perRun, prices, keepRawDays } = ModelSettings.shape
const { calls, tokens, usd } = perRun.unwrap().shape

/** What a change may set; what it does not name stays as it is. The stored shape's defaults would set it back. */
export const ModelSettingsChange = z
  .strictObject({
    perRun: z
      .strictObject({ calls: calls.unwrap(), tokens: tokens.unwrap(), usd: usd.unwrap() })
      .partial(),
    perDay: z.strictObject({ tokens: tokens.unwrap(), usd: usd.unwrap() }).partial(),
    perMonth: z.strictObject({ tokens: tokens.unwrap().nullable(), usd: usd.unwrap() }).partial(),
    shadowPerDay: z.strictObject({ tokens: tokens.unwrap(), usd: usd.unwrap() }).partial(),
    /** By model; null takes a price away, others stay. */
    prices: z.record(
      prices.unwrap().keyType,
      z.strictObject(prices.unwrap().valueType.shape).nullable(),
    ),
    keepRawDays: keepRawDays.unwrap(),
  })
  .partial()
export type ModelSettingsChange = z.infer<typeof ModelSettingsChange>

/** What a change turns the settings into. */
export function changedModelSettings(
  current: ModelSettings,
  change: ModelSettingsChange,
): ModelSettings {
  const merged = { ...current.prices, ...change.prices }
  return ModelSettings.parse({
    perRun: { ...current.perRun, ...change.perRun },
    perDay: { ...current.perDay, ...change.perDay },
    perMonth: { ...current.perMonth, ...change.perMonth },
    shadowPerDay: { ...current.shadowPerDay, ...change.shadowPerDay },
    prices: Object.fromEntries(Object.entries(merged).filter(([, price]) => price !== null)),
    keepRawDays: change.keepRawDays ?? current.keepRawDays,
  })
}

/** Sets what the change names, with its audit row; the next call goes by it. */
export async function changeModelSettings(
  ctx: Ctx,
  change: ModelSettingsChange,
): Promise<ModelSettings> {
  const [row] = await ctx.db
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.id, ctx.orgId))
    .for('update')
  if (!row) throw new AppError('not_found', `no organisation ${ctx.orgId}`)
  const models = changedModelSettings((await loadOrganization(ctx)).settings.models, change)
  await ctx.db
    .update(organizations)
    .set({ settings: sql`${organizations.settings} || ${JSON.stringify({ models })}::jsonb` })
    .where(eq(organizations.id, ctx.orgId))
  await recordAudit(ctx, {
    action: 'organization.models_changed',
    subject: { type: 'organization', id: ctx.orgId },
    reason: `changed: ${Object.keys(change).join(', ')}`,
    data: { ...change },
  })
  return models
}
