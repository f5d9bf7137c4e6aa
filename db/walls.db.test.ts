import { eq, sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { describeOnDatabases } from './testing/database.ts'
import { claimDueJobs, enqueue, failJob, finishJob } from './outbox.ts'
import { rowsOf } from './context.ts'
import { refusal } from './testing/refusal.ts'
import { contacts } from './schema/customers.ts'
import { outbox } from './schema/tenancy.ts'

describeOnDatabases('the walls in the database', (world) => {
  it('puts every table that carries org_id behind row-level security', async () => {
    const open = await rowsOf<{ relname: string }>(
      world().system.db,
      sql`select c.relname from pg_class c
          join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
          join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
          where c.relkind in ('r', 'p') and not c.relispartition and not c.relrowsecurity`,
    )
    expect(open).toEqual([])
  })

  it('begins every primary key of a tenant table with org_id', async () => {
    const wrong = await rowsOf<{ relname: string }>(
      world().system.db,
      sql`select c.relname from pg_index i join pg_class c on c.oid = i.indrelid
          join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
          where i.indisprimary and a.attname <> 'org_id'
            and exists (select 1 from pg_attribute b where b.attrelid = c.oid and b.attname = 'org_id')`,
    )
    expect(wrong).toEqual([])
  })

  it('shows a tenant its own rows only, and refuses a row of another', async () => {
    await world().addOrg('org_other')
    const contact = (orgId: string) => ({
      orgId,
      id: 'c1',
      customerId: '1',
      email: 'a@b.example',
      name: 'A',
      role: 'billing' as const,
      createdAt: world().scope().now,
    })
    await world()
      .scope('org_other')
      .transact((ctx) => ctx.db.insert(contacts).values(contact('org_other')))
    expect(
      await world()
        .scope()
        .transact((ctx) => ctx.db.select().from(contacts)),
    ).toEqual([])
    expect(
      await refusal(
        world()
          .scope()
          .transact((ctx) => ctx.db.insert(contacts).values(contact('org_other'))),
      ),
    ).toMatch(/row-level security/)
  })
})

describeOnDatabases('the outbox', (world) => {
  const claim = (at: string) => {
    world().setNow(at)
    return claimDueJobs(world().system.db, {
      realNow: world().system.clock.now(),
      limit: 10,
      leaseSeconds: 60,
    })
  }

  it('hands a job out once, again after its lease ran out, and never after it is done', async () => {
    await world()
      .scope()
      .transact(async (ctx) => {
        await enqueue(ctx, { job: 'X', key: 'same', payload: { n: 1 } })
        await enqueue(ctx, { job: 'X', key: 'same', payload: { n: 2 } })
      })
    const [job, ...rest] = await claim('2026-03-01T00:00:00Z')
    expect(rest).toEqual([])
    expect(job).toMatchObject({ job: 'X', payload: { n: 1 }, attempts: 1 })
    expect(await claim('2026-03-01T00:00:30Z')).toEqual([])
    const [again] = await claim('2026-03-01T00:01:01Z')
    expect(again).toMatchObject({ id: job?.id, attempts: 2 })
    if (again) await finishJob(world().system.db, again, world().system.clock.now())
    expect(await claim('2026-03-02T00:00:00Z')).toEqual([])
  })

  it('reads an untouched row like any other', async () => {
    await world()
      .scope()
      .transact((ctx) => enqueue(ctx, { job: 'X', key: 'read', payload: {} }))
    const rows = await world().system.db.select().from(outbox).where(eq(outbox.key, 'read'))
    expect(rows.map(({ visibleAt }) => visibleAt.toString())).toEqual(['1970-01-01T00:00:00Z'])
    await world().system.db.delete(outbox).where(eq(outbox.key, 'read'))
  })

  it.each([
    ['customers', 'provider_customer_id'],
    ['payments', 'provider_ref'],
    ['payment_methods', 'id'],
  ])('finds in %s by %s alone whose webhook it is', async (table, column) => {
    const rows = await rowsOf(
      world().system.db,
      sql`select 1 from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
        where i.indrelid = ${table}::regclass and a.attname = ${column}`,
    )
    expect(rows).toHaveLength(1)
  })

  it('waits for the due time of the organisation and the backoff of the real clock', async () => {
    await world().addOrg('org_clock', {
      clockAt: world().scope('org_clock', '2026-01-01T00:00:00Z').now,
    })
    await world()
      .scope('org_clock', '2026-01-01T00:00:00Z')
      .transact((ctx) =>
        enqueue(ctx, { job: 'Y', key: 'a', payload: {}, dueAt: ctx.now.add({ hours: 1 }) }),
      )
    expect(await claim('2026-03-05T00:00:00Z')).toEqual([])
    await world().system.db.execute(
      sql`update organizations set clock_at = '2026-01-01T01:00:00Z' where id = 'org_clock'`,
    )
    const [job] = await claim('2026-03-05T00:00:00Z')
    expect(job).toMatchObject({ job: 'Y' })
    const realNow = world().system.clock.now()
    if (job)
      await failJob(world().system.db, job, {
        error: 'x',
        retryAt: realNow.add({ seconds: 9 }),
        realNow,
      })
    expect(await claim('2026-03-05T00:00:08Z')).toEqual([])
    expect(await claim('2026-03-05T00:00:09Z')).toHaveLength(1)
  })
})
