import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeOnDatabases } from '#db/testing/database.ts'
import { claimDueJobs, enqueue, failJob, finishJob, type ClaimedJob } from '#db/outbox.ts'
import { organizations } from '#db/schema/tenancy.ts'
import { Temporal, type Instant } from '#src/kernel/time.ts'
import { readTestClock, requestClockAdvance, startTestClock, stepClocks } from './test-clock.ts'

const at = (text: string) => Temporal.Instant.from(text)

describeOnDatabases('the test clock', (world) => {
  const clock = async () => {
    const seen = await world().scope().transact(readTestClock)
    return { now: seen.now.toString(), target: seen.target?.toString() ?? null }
  }
  const advance = (to: string) =>
    world()
      .scope()
      .transact((ctx) => requestClockAdvance(ctx, at(to)))
  const claim = () =>
    claimDueJobs(world().system.db, {
      realNow: world().system.clock.now(),
      limit: 10,
      leaseSeconds: 60,
    })

  const fail = (job: ClaimedJob, retryAt: Instant | null) =>
    failJob(world().system.db, job, { error: 'x', retryAt, realNow: world().system.clock.now() })

  it('is started once, goes forward only, and never in a live organisation', async () => {
    await expect(advance('2026-03-01T00:00:00Z')).rejects.toMatchObject({ code: 'conflict' })
    const start = () =>
      world()
        .scope()
        .transact((ctx) => startTestClock(ctx, at('2026-02-01T00:00:00Z')))
    await start()
    await expect(start()).rejects.toMatchObject({ code: 'conflict' })
    await expect(advance('2026-01-31T00:00:00Z')).rejects.toMatchObject({ code: 'refused' })
    await advance('2026-02-01T00:00:00Z')
    expect(await clock()).toEqual({ now: '2026-02-01T00:00:00Z', target: null })
    await world().addOrg('org_live', { mode: 'live' })
    await expect(
      world()
        .scope('org_live')
        .transact((ctx) => startTestClock(ctx, at('2026-02-01T00:00:00Z'))),
    ).rejects.toMatchObject({ code: 'refused' })
  })

  it('walks from due job to due job, waiting for the work, and stops at its target', async () => {
    await world()
      .scope('org_test', '2026-02-01T00:00:00Z')
      .transact((ctx) =>
        enqueue(
          ctx,
          { job: 'A', key: '1', payload: {}, dueAt: at('2026-02-03T00:00:00Z') },
          { job: 'A', key: '2', payload: {}, dueAt: at('2026-02-05T00:00:00Z') },
          { job: 'A', key: '3', payload: {}, dueAt: at('2026-03-05T00:00:00Z') },
        ),
      )
    await advance('2026-02-10T00:00:00Z')
    expect(await stepClocks(world().system)).toBe(1)
    expect((await clock()).now).toBe('2026-02-03T00:00:00Z')
    expect(await stepClocks(world().system)).toBe(0)

    const [first] = await claim()
    expect(await stepClocks(world().system)).toBe(0)
    if (first) await fail(first, world().system.clock.now().add({ seconds: 9 }))
    // It will be tried again: time waits.
    expect(await stepClocks(world().system)).toBe(0)
    world().setNow('2026-03-01T00:00:10Z')
    const [retried] = await claim()
    if (retried) await fail(retried, null)
    // It failed for good: people see it, time goes on.
    expect(await stepClocks(world().system)).toBe(1)
    expect(await clock()).toEqual({ now: '2026-02-05T00:00:00Z', target: '2026-02-10T00:00:00Z' })

    const [second] = await claim()
    if (second) await finishJob(world().system.db, second, world().system.clock.now())
    expect(await stepClocks(world().system)).toBe(1)
    expect(await clock()).toEqual({ now: '2026-02-10T00:00:00Z', target: null })
    expect(await stepClocks(world().system)).toBe(0)
  })

  it('leaves organisations on real time alone', async () => {
    await world().addOrg('org_real')
    await stepClocks(world().system)
    const [row] = await world()
      .system.db.select({ clockAt: organizations.clockAt })
      .from(organizations)
      .where(eq(organizations.id, 'org_real'))
    expect(row?.clockAt).toBeNull()
  })
})
