import { and, eq, isNull, lt, or, sql, type SQL } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { escalations } from '#db/schema/agents.ts'
import { customers } from '#db/schema/customers.ts'
import { AppError } from '#src/kernel/errors.ts'
import { actorName } from '#src/kernel/ids.ts'
import type { Instant } from '#src/kernel/time.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { loadEscalation, type Escalation } from './load-escalation.ts'

/** A claim last used before this has gone stale: anybody may take the case over. */
export async function staleBefore(ctx: Ctx): Promise<Instant> {
  const { settings } = await loadOrganization(ctx)
  return ctx.now.subtract({ minutes: settings.queue.claimIdleMinutes })
}

/** Rows that the actor may work on: nobody's, their own, or left alone for too long. */
export function mayTake(by: string, stale: Instant): SQL | undefined {
  return or(
    isNull(escalations.claimedBy),
    eq(escalations.claimedBy, by),
    lt(escalations.claimActiveAt, stale),
  )
}

/**
 * An account has one owner at a time: who has one of its cases has the account. Takes the account's row, so that of two
 * people who begin at once one is first.
 * @throws conflict naming who has the account.
 */
export async function refuseForeignAccount(
  ctx: Ctx,
  escalation: Pick<Escalation, 'id' | 'customerId'>,
  stale: Instant,
): Promise<void> {
  const { id, customerId } = escalation
  if (customerId === null) return
  await ctx.db
    .select({ id: customers.id })
    .from(customers)
    .where(and(eq(customers.orgId, ctx.orgId), eq(customers.id, customerId)))
    .for('no key update')
  const [other] = await ctx.db
    .select({ id: escalations.id, claimedBy: escalations.claimedBy })
    .from(escalations)
    .where(
      and(
        eq(escalations.orgId, ctx.orgId),
        eq(escalations.customerId, customerId),
        eq(escalations.status, 'claimed'),
        sql`${escalations.id} <> ${id}`,
        sql`${escalations.claimedBy} <> ${actorName(ctx.actor)}`,
        sql`coalesce(${escalations.claimActiveAt}, ${escalations.claimedAt}) >= ${stale.toString()}::timestamptz`,
      ),
    )
    .limit(1)
  if (other)
    throw new AppError(
      'conflict',
      `account ${customerId} is with ${other.claimedBy}, who has escalation ${other.id}`,
    )
}

/** @throws conflict saying how the escalation stands and who was first. */
export async function refuseTaken(ctx: Ctx, id: string): Promise<never> {
  const { status, claimedBy, answeredBy } = await loadEscalation(ctx, id)
  const who = answeredBy ?? claimedBy
  const verb = answeredBy === null ? 'held' : 'answered'
  throw new AppError(
    'conflict',
    who === null ? `the escalation is ${status}` : `the escalation is ${status}, ${verb} by ${who}`,
  )
}
