import { and, eq, sql } from 'drizzle-orm'
import { Temporal, type Instant } from '#src/kernel/time.ts'
import type { Db } from './connect.ts'
import { rowsOf, type Ctx } from './context.ts'
import { instantFromSql } from './schema/columns.ts'
import { outbox } from './schema/tenancy.ts'

/** A job to be done after this transaction commits. `key` is derived from the thing itself: once per (job, key). */
export interface NewJob {
  readonly job: string
  readonly key: string
  /** Ids, never snapshots. */
  readonly payload: Record<string, unknown>
  /** On the organisation's clock; default: at once. */
  readonly dueAt?: Instant
  readonly maxAttempts?: number
}

/** Visible from the beginning: the real clock is compared with it, and that may lag behind a test clock. */
const AT_ONCE = Temporal.Instant.fromEpochMilliseconds(0)

/**
 * Writes the jobs into the outbox of this transaction, with one statement however many; a job with the same name and
 * key is left as it is.
 */
export async function enqueue(ctx: Ctx, ...jobs: NewJob[]): Promise<void> {
  if (jobs.length === 0) return
  const rows = jobs.map(({ job, key, payload, dueAt, maxAttempts }) => ({
    id: ctx.newId('job'),
    job,
    key,
    payload,
    due_at: dueAt?.toString(),
    max_attempts: maxAttempts ?? 8,
  }))
  const now = ctx.now.toString()
  await ctx.db.execute(
    sql`insert into outbox (org_id, id, job, key, payload, due_at, visible_at, status, max_attempts, created_at)
      select ${ctx.orgId}, id, job, key, payload, coalesce(due_at, ${now}::timestamptz),
        ${AT_ONCE.toString()}::timestamptz, 'pending', max_attempts, ${now}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as r(id text, job text, key text, payload jsonb, due_at timestamptz, max_attempts int)
      on conflict do nothing`,
  )
}

/** A claimed outbox row. */
export interface ClaimedJob {
  readonly orgId: string
  readonly id: string
  readonly job: string
  readonly payload: Record<string, unknown>
  readonly attempts: number
  readonly maxAttempts: number
  /** The organisation's test clock, which stands still while this job runs; null: real time. */
  readonly orgClock: string | null
}

/**
 * Claims up to `limit` due rows for `leaseSeconds` of real time, oldest due first. A row whose lease ran out
 * (its worker was killed) is claimed again: that is the sweeper.
 */
export async function claimDueJobs(
  db: Db,
  options: { realNow: Instant; limit: number; leaseSeconds: number },
): Promise<ClaimedJob[]> {
  const now = options.realNow.toString()
  const rows = await rowsOf<{
    org_id: string
    id: string
    job: string
    payload: Record<string, unknown>
    attempts: number
    max_attempts: number
    org_clock: string | null
  }>(
    db,
    sql`
      update outbox set status = 'running', attempts = attempts + 1,
        visible_at = ${now}::timestamptz + make_interval(secs => ${options.leaseSeconds})
      where (org_id, id) in (
        select o.org_id, o.id from outbox o join organizations g on g.id = o.org_id
        where o.status in ('pending', 'running') and o.visible_at <= ${now}::timestamptz
          and o.due_at <= coalesce(g.clock_at, ${now}::timestamptz)
        order by o.due_at, o.id limit ${options.limit} for update of o skip locked
      )
      returning org_id, id, job, payload, attempts, max_attempts,
        (select g.clock_at from organizations g where g.id = outbox.org_id) as org_clock`,
  )
  return rows.map((row) => ({
    orgId: row.org_id,
    id: row.id,
    job: row.job,
    payload: row.payload,
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    orgClock: row.org_clock === null ? null : instantFromSql(row.org_clock).toString(),
  }))
}

/**
 * Gives every claimed row back at once. Only for a database that one process has to itself, when that process begins:
 * who claimed them was killed, and nobody need wait for the leases to run out.
 */
export async function releaseClaims(db: Db): Promise<void> {
  await db
    .update(outbox)
    .set({ status: 'pending', visibleAt: AT_ONCE })
    .where(eq(outbox.status, 'running'))
}

/** The row as this claim holds it: a later claim of the same row has another attempt number. */
function heldBy(job: ClaimedJob) {
  return and(
    eq(outbox.orgId, job.orgId),
    eq(outbox.id, job.id),
    eq(outbox.attempts, job.attempts),
    eq(outbox.status, 'running'),
  )
}

/** Marks a claimed row done. */
export async function finishJob(db: Db, job: ClaimedJob, realNow: Instant): Promise<void> {
  await db
    .update(outbox)
    .set({ status: 'done', finishedAt: realNow, lastError: null })
    .where(heldBy(job))
}

/** Puts a claimed row back until `retryAt` (real time), or marks it failed for people to see when `retryAt` is null. */
export async function failJob(
  db: Db,
  job: ClaimedJob,
  failure: { error: string; retryAt: Instant | null; realNow: Instant },
): Promise<void> {
  await db
    .update(outbox)
    .set(
      failure.retryAt
        ? { status: 'pending', visibleAt: failure.retryAt, lastError: failure.error }
        : { status: 'failed', finishedAt: failure.realNow, lastError: failure.error },
    )
    .where(heldBy(job))
}

/** Extends the lease of a row; false when the claim is stale (its lease ran out and the row was handed out again). */
export async function extendLease(db: Db, job: ClaimedJob, until: Instant): Promise<boolean> {
  const rows = await db
    .update(outbox)
    .set({ visibleAt: until })
    .where(heldBy(job))
    .returning({ id: outbox.id })
  return rows.length === 1
}

/** How much is waiting and since when: `/health/ready`, metrics, selfcheck I9. */
export interface OutboxHealth {
  readonly due: number
  readonly running: number
  readonly failed: number
  readonly oldestDueAt: Instant | null
}

export async function outboxHealth(
  db: Db,
  realNow: Instant,
  orgId?: string,
): Promise<OutboxHealth> {
  const [row] = await rowsOf<{
    due: string
    running: string
    failed: string
    oldest: string | null
  }>(
    db,
    sql`
      select count(*) filter (where o.status = 'pending' and due) as due,
        count(*) filter (where o.status = 'running') as running,
        count(*) filter (where o.status = 'failed') as failed,
        min(o.due_at) filter (where o.status = 'pending' and due) as oldest
      from (
        select o.*, o.due_at <= coalesce(g.clock_at, ${realNow.toString()}::timestamptz) as due
        from outbox o join organizations g on g.id = o.org_id
        where o.status <> 'done' and (${orgId ?? null}::text is null or o.org_id = ${orgId ?? null})
      ) o`,
  )
  return {
    due: Number(row?.due ?? 0),
    running: Number(row?.running ?? 0),
    failed: Number(row?.failed ?? 0),
    oldestDueAt: row?.oldest ? instantFromSql(row.oldest) : null,
  }
}
