import { and, eq, isNull, sql } from 'drizzle-orm'
import { rowsOf, type Ctx, type System } from '#db/context.ts'
import { organizations } from '#db/schema/tenancy.ts'
import { AppError } from '#src/kernel/errors.ts'
import { isBefore, type Instant } from '#src/kernel/time.ts'
import { recordAudit } from './audit.ts'

/** `advancing`: it walks from due job to due job until it reaches `target`. */
export interface TestClock {
  readonly now: Instant
  readonly target: Instant | null
  readonly status: 'ready' | 'advancing'
}

/** The organisation's clock; without a test clock that is real time, which is always ready. */
export async function readTestClock(ctx: Ctx): Promise<TestClock> {
  const row = await clockRow(ctx)
  return {
    now: row.clockAt ?? ctx.now,
    target: row.clockTarget,
    status: row.clockTarget ? 'advancing' : 'ready',
  }
}

async function clockRow(ctx: Ctx) {
  const [row] = await ctx.db
    .select({
      mode: organizations.mode,
      clockAt: organizations.clockAt,
      clockTarget: organizations.clockTarget,
    })
    .from(organizations)
    .where(eq(organizations.id, ctx.orgId))
  if (!row) throw new AppError('not_found', `no organisation ${ctx.orgId}`)
  return row
}

function refuseLive(row: { mode: string }): void {
  if (row.mode === 'live') throw new AppError('refused', 'a live organisation keeps real time')
}

/**
 * Gives a sandbox organisation its own clock, standing at `at`.
 * @throws refused for a live organisation; conflict when it has a clock already.
 */
export async function startTestClock(ctx: Ctx, at: Instant): Promise<TestClock> {
  refuseLive(await clockRow(ctx))
  const started = await ctx.db
    .update(organizations)
    .set({ clockAt: at })
    .where(and(eq(organizations.id, ctx.orgId), isNull(organizations.clockAt)))
    .returning({ id: organizations.id })
  if (started.length === 0)
    throw new AppError('conflict', 'the organisation has a test clock: advance it')
  await recordClock(ctx, 'test_clock.started', at)
  return readTestClock(ctx)
}

/**
 * Asks for the test clock to walk to `to`; `stepClocks` does it. A target already ahead may be moved further.
 * @throws refused for a live organisation or a time behind; conflict without a test clock.
 */
export async function requestClockAdvance(ctx: Ctx, to: Instant): Promise<TestClock> {
  const row = await clockRow(ctx)
  refuseLive(row)
  if (!row.clockAt) throw new AppError('conflict', 'start the test clock first')
  if (isBefore(to, row.clockTarget ?? row.clockAt))
    throw new AppError(
      'refused',
      `a test clock only goes forward: it stands at ${row.clockAt.toString()}`,
    )
  await ctx.db
    .update(organizations)
    .set({
      clockTarget: sql`case when ${organizations.clockAt} < ${to.toString()}::timestamptz
        then greatest(${organizations.clockTarget}, ${to.toString()}::timestamptz) end`,
    })
    .where(eq(organizations.id, ctx.orgId))
  await recordClock(ctx, 'test_clock.advance_requested', to)
  return readTestClock(ctx)
}

async function recordClock(ctx: Ctx, action: string, to: Instant): Promise<void> {
  await recordAudit(ctx, {
    action,
    subject: { type: 'organization', id: ctx.orgId },
    reason: 'asked for through the API',
    data: { to: to.toString() },
  })
}

/**
 * Moves each advancing clock to its next due job, or to its target, once all work due by now is done. Work that
 * failed for good does not hold time up. One guarded statement: any number of processes may call it.
 * @returns how many clocks moved.
 */
export async function stepClocks(system: System): Promise<number> {
  const moved = await rowsOf(
    system.db,
    sql`
      with step as (
        select g.id, g.clock_at as seen, least(g.clock_target, (
            select min(o.due_at) from outbox o
            where o.org_id = g.id and o.status = 'pending' and o.due_at > g.clock_at
          )) as next
        from organizations g
        where g.clock_target is not null and not exists (
          select 1 from outbox o
          where o.org_id = g.id and o.status in ('pending', 'running') and o.due_at <= g.clock_at
        )
      )
      update organizations g set clock_at = step.next,
        clock_target = case when step.next < g.clock_target then g.clock_target end
      from step where g.id = step.id and g.clock_at = step.seen
      returning g.id`,
  )
  return moved.length
}
