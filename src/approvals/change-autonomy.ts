import { eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { organizations } from '#db/schema/tenancy.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { peopleAgreement, type PeopleAgreement } from './agreement/people.ts'
import {
  AUTONOMY,
  autonomyOf,
  CEILING,
  EARNED_ANSWERS,
  EARNED_DAYS,
  EARNED_LOWER_BOUND,
  FLOOR,
  isAbove,
  type AutonomyLevel,
} from './autonomy.ts'
import type { ProposalKind } from './shapes.ts'

export const AutonomyChange = z.record(z.string(), z.enum(['execute', 'once', 'ask']))
export type AutonomyChange = z.infer<typeof AutonomyChange>

/** Whether people's answers carry a level above the usual. */
export function isEarned(measured: Pick<PeopleAgreement, 'n' | 'interval'> | undefined): boolean {
  return (
    measured !== undefined &&
    measured.n >= EARNED_ANSWERS &&
    measured.interval[0] >= EARNED_LOWER_BOUND
  )
}

/** People's answers of the days that count, by kind of proposal. */
export async function measuredAgreement(ctx: Ctx): Promise<ReadonlyMap<string, PeopleAgreement>> {
  const rows = await peopleAgreement(ctx, ctx.now.subtract({ hours: 24 * EARNED_DAYS }))
  return new Map(rows.map((row) => [row.kind, row]))
}

/**
 * Sets what agents may do alone. Lower is always possible; above the usual only what people's answers have earned, and
 * never above the ceiling.
 * @throws invalid_input naming the kind; refused, with the figures measured, where it is not earned
 */
export async function changeAutonomy(ctx: Ctx, change: AutonomyChange): Promise<typeof AUTONOMY> {
  const [row] = await ctx.db
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.id, ctx.orgId))
    .for('update')
  if (!row) throw new AppError('not_found', `no organisation ${ctx.orgId}`)
  const { settings } = await loadOrganization(ctx)
  const measured = await measuredAgreement(ctx)
  for (const [kind, level] of Object.entries(change)) check(kind, level, measured)
  const autonomy = { ...settings.autonomy, ...change }
  await storeAutonomy(ctx, autonomy)
  const before = autonomyOf(settings.autonomy)
  for (const [kind, level] of Object.entries(change))
    await recordAudit(ctx, {
      action: 'autonomy.changed',
      subject: { type: 'organization', id: ctx.orgId },
      reason: `${kind}: ${before[kind as ProposalKind]} to ${level}`,
      data: { kind, from: before[kind as ProposalKind], to: level, ...figures(measured.get(kind)) },
    })
  return autonomyOf(autonomy)
}

function check(
  kind: string,
  level: AutonomyLevel,
  measured: ReadonlyMap<string, PeopleAgreement>,
): void {
  if (!Object.hasOwn(AUTONOMY, kind)) throw invalidField(kind, 'there is no such kind of proposal')
  const known = kind as ProposalKind
  if (level === 'once' && CEILING[known] === AUTONOMY[known])
    throw invalidField(kind, '"once" is for pause_dunning and promise_to_pay: execute or ask')
  if (isAbove(level, CEILING[known]))
    throw new AppError('refused', `${kind}: always needs a person, whatever was measured`)
  if (isAbove(FLOOR[known] ?? 'ask', level))
    throw new AppError('refused', `${kind}: is never held up for a person`)
  if (!isAbove(level, AUTONOMY[known]) || isEarned(measured.get(kind))) return
  const found = measured.get(kind)
  throw new AppError(
    'refused',
    `${kind}: ${level} is not earned: of ${found?.n ?? 0} answers in ${EARNED_DAYS} days ${found?.unchanged ?? 0} were unchanged, ` +
      `at least ${((found?.interval[0] ?? 0) * 100).toFixed(1)} % (it takes ${EARNED_ANSWERS} answers and ${EARNED_LOWER_BOUND * 100} %)`,
  )
}

/** What an audit row tells of what was measured. */
export function figures(found: PeopleAgreement | undefined): Record<string, unknown> {
  return {
    answers: found?.n ?? 0,
    unchanged: found?.unchanged ?? 0,
    lowerBound: found?.interval[0] ?? 0,
  }
}

/** Replaces the setting as a whole. */
export async function storeAutonomy(ctx: Ctx, autonomy: AutonomyChange): Promise<void> {
  await ctx.db
    .update(organizations)
    .set({
      settings: sql`${organizations.settings} || ${JSON.stringify({ autonomy })}::jsonb`,
    })
    .where(eq(organizations.id, ctx.orgId))
}
