import { sql } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import { rowsOf } from '#db/context.ts'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { forgetOldKeys } from './forget-keys.ts'
import { listDeadLetters } from './dead-letters.ts'
import { recordUsage } from './record-usage.ts'
import { redriveDeadLetter } from './redrive-dead-letter.ts'
import { addCustomers, usage } from './testing/world.ts'

async function stored(world: TestWorld, customer: string) {
  const rows = await rowsOf<{ key: string; quantity: string }>(
    world.system.db,
    sql`select idempotency_key as key, quantity::text from usage_events where customer_id = ${customer} order by 1`,
  )
  return rows.map((row) => `${row.key}=${Number(row.quantity)}`)
}

describeOnDatabases('recording usage', (world) => {
  const ids = ['1001', 'late', 'twice', 'race', 'mixed', 'halves', 'cloud', 'dlq', 'kill']
  beforeAll(async () => {
    await addCustomers(world(), ids)
    await addCustomers(world(), ['owes'], { status: 'past_due' })
  })
  const record = (events: unknown[], key?: string) =>
    recordUsage(world().scope(), {
      events,
      ...(key === undefined ? {} : { idempotencyKeyFallback: key }),
    })

  it('stores an event once, however often and in whatever company it is sent', async () => {
    const first = usage('t1', { customer: 'twice', quantity: '2.5' })
    expect((await record([first])).results).toEqual([
      { status: 'accepted', eventId: 'evt_t1', idempotencyKey: 't1' },
    ])
    const again = await record([
      { ...first, quantity: 2.5 },
      usage('t2', { customer: 'twice' }),
      first,
    ])
    expect(again.results.map(({ status }) => status)).toEqual([
      'duplicate',
      'accepted',
      'duplicate',
    ])
    expect(await stored(world(), 'twice')).toEqual(['t1=2.5', 't2=1'])
  })

  it('reports another payload under a used key as a conflict, changes nothing and keeps no dead letter', async () => {
    await record([usage('c1', { customer: 'late', quantity: '1' })])
    const answer = await record([
      usage('c1', { customer: 'late', quantity: '2' }),
      usage('c2', { customer: 'late', quantity: '3' }),
      usage('c2', { customer: 'late', quantity: '4' }),
    ])
    expect(answer.results.map(({ status, code }) => code ?? status)).toEqual([
      'idempotency_conflict',
      'accepted',
      'idempotency_conflict',
    ])
    expect(await stored(world(), 'late')).toEqual(['c1=1', 'c2=3'])
    const letters = await world()
      .scope()
      .transact((ctx) => listDeadLetters(ctx, { limit: 10, status: 'open' }))
    expect(letters.data).toEqual([])
  })

  it('accepts the same event twice when sent without a timestamp: the retry is a duplicate', async () => {
    const body = { metric: 'api_calls', amount: 3, customerId: '1001' }
    expect((await record([body], 'short-1')).results[0]).toMatchObject({ status: 'accepted' })
    world().setNow('2026-03-01T00:00:09Z')
    expect((await record([body], 'short-1')).results[0]).toMatchObject({ status: 'duplicate' })
  })

  it('stores the good half of a half-bad delivery and says of each other why not', async () => {
    const answer = await record([
      usage('h1', { customer: 'halves' }),
      'not an event',
      usage('h2', { customer: 'nobody' }),
      usage('h3', { customer: 'halves', at: '2026-03-01T00:06:00Z' }),
      usage('h4', { customer: 'halves', at: '2026-01-20T00:00:00Z' }),
      usage('h5', { customer: 'halves', quantity: 'many' }),
      usage('h6', { customer: 'halves', properties: { text: 'a\0b' } }),
      usage('h7', { customer: 'halves', properties: { text: '\ud800' } }),
      usage('h8', { customer: 'halves', quantity: '-4' }),
    ])
    expect(answer.results.map(({ status, code }) => code ?? status)).toEqual([
      'accepted',
      'malformed',
      'unknown_customer',
      'future',
      'too_old',
      'malformed',
      'malformed',
      'malformed',
      'accepted',
    ])
    expect(answer).toMatchObject({ accepted: 2, duplicate: 0, rejected: 7 })
    expect(answer.results[5]?.reason).toBe('quantity: "many" is not a decimal number')
    expect(await stored(world(), 'halves')).toEqual(['h1=1', 'h8=-4'])
  })

  it('knows a customer from the moment it exists', async () => {
    const event = usage('n1', { customer: 'new' })
    expect((await record([event])).results[0]?.code).toBe('unknown_customer')
    await addCustomers(world(), ['new'])
    expect((await record([event])).results[0]?.status).toBe('accepted')
  })

  it('counts a redelivered bad event on the same dead letter, and a redriven one once', async () => {
    const bad = { metric: 'api_calls', amount: '7', customerId: 'dlq-later' }
    await record([bad], 'dlq-1')
    await record([bad], 'dlq-1')
    const page = await world()
      .scope()
      .transact((ctx) => listDeadLetters(ctx, { limit: 100, status: 'open' }))
    const letter = page.data.find(({ code, times }) => code === 'unknown_customer' && times === 2)
    const id = letter?.id ?? ''
    expect((await redriveDeadLetter(world().scope(), { id })).code).toBe('unknown_customer')
    await addCustomers(world(), ['dlq-later'])
    expect((await redriveDeadLetter(world().scope(), { id })).status).toBe('accepted')
    expect((await redriveDeadLetter(world().scope(), { id })).status).toBe('duplicate')
    expect((await record([bad], 'dlq-1')).results[0]?.status).toBe('duplicate')
    expect(await stored(world(), 'dlq-later')).toEqual(['dlq-1=7'])
  })

  it('counts a mended letter without a key of its own once', async () => {
    await record([{ event_type: 'api_calls', customer_id: 'dlq', quantity: 'x' }])
    const page = await world()
      .scope()
      .transact((ctx) => listDeadLetters(ctx, { limit: 100, status: 'open' }))
    const id = page.data.find(({ reason }) => reason.startsWith('idempotency_key'))?.id ?? ''
    const body = { event_type: 'api_calls', customer_id: 'dlq', quantity: '5' }
    expect((await redriveDeadLetter(world().scope(), { id, body })).status).toBe('accepted')
    expect((await redriveDeadLetter(world().scope(), { id, body })).status).toBe('duplicate')
    expect(await stored(world(), 'dlq')).toEqual([`${id}=5`])
  })

  it('counts usage of an account that is not active and tells its billing status', async () => {
    const answer = await record([usage('o1', { customer: 'owes' }), usage('o2')])
    expect(answer).toMatchObject({ accepted: 2, accounts: { owes: 'past_due' } })
  })

  it('reads CloudEvents, and the same source and id is the same event', async () => {
    const event = {
      specversion: '1.0',
      id: 'a1',
      source: '/gateway',
      type: 'api_calls',
      subject: 'cloud',
      time: '2026-02-20T10:00:00Z',
      data: { quantity: 0.1 },
    }
    const answer = await record([event, event, { ...event, source: '/other' }])
    expect(answer.results.map(({ status }) => status)).toEqual([
      'accepted',
      'duplicate',
      'accepted',
    ])
    expect(await stored(world(), 'cloud')).toEqual(['/gateway#a1=0.1', '/other#a1=0.1'])
  })

  it('refuses more than 1,000 events at once', async () => {
    await expect(record(Array.from({ length: 1001 }, () => ({})))).rejects.toMatchObject({
      code: 'payload_too_large',
    })
  })

  it('keeps tenants apart: the same key counts in each', async () => {
    await world().addOrg('org_other')
    await addCustomers(world(), ['1001'], { orgId: 'org_other' })
    const event = usage('tenant-1')
    await record([event])
    const other = await recordUsage(world().scope('org_other'), { events: [event] })
    expect(other.accepted).toBe(1)
  })

  describe('concurrently', () => {
    it('lets one of many deliveries of the same keys win, without deadlock', async () => {
      const events = Array.from({ length: 50 }, (_, index) =>
        usage(`race-${index}`, { customer: 'race' }),
      )
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, turn) => record(turn % 2 ? events : events.toReversed())),
      )
      const total = (name: 'accepted' | 'duplicate' | 'rejected') =>
        answers.reduce((sum, answer) => sum + answer[name], 0)
      expect([total('accepted'), total('duplicate'), total('rejected')]).toEqual([50, 450, 0])
      expect(await stored(world(), 'race')).toHaveLength(50)
    })

    it('settles different payloads under one key to one event and conflicts', async () => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, turn) =>
          record([usage('mixed-1', { customer: 'mixed', quantity: turn + 1 })]),
        ),
      )
      const outcomes = answers.map(({ results }) => results[0]?.code ?? results[0]?.status)
      expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(1)
      expect(outcomes.filter((outcome) => outcome === 'idempotency_conflict')).toHaveLength(7)
      expect(await stored(world(), 'mixed')).toHaveLength(1)
    })
  })

  it('leaves neither key nor event behind when it dies before the commit, and counts the redelivery once', async () => {
    const scope = world().scope()
    const dying = {
      ...scope,
      transact: <T>(work: Parameters<typeof scope.transact<T>>[0]) =>
        scope.transact(async (ctx) => {
          await work(ctx)
          throw new Error('killed')
        }),
    }
    const events = [usage('k1', { customer: 'kill' }), usage('k2', { customer: 'kill' })]
    await expect(recordUsage(dying, { events })).rejects.toThrow('killed')
    expect((await record(events)).accepted).toBe(2)
    expect((await record(events)).duplicate).toBe(2)
    expect(await stored(world(), 'kill')).toEqual(['k1=1', 'k2=1'])
  })

  it('forgets keys in batches once no event can come again under them, on each organisation’s clock', async () => {
    const keys = async () => {
      const [row] = await rowsOf<{ count: string }>(
        world().system.db,
        sql`select count(*) as count from usage_keys where org_id <> 'org_slow'`,
      )
      return Number(row?.count)
    }
    const event = usage('forgotten', { customer: 'late', at: '2026-02-28T23:00:00Z' })
    await record([event])
    const before = await keys()
    world().setNow('2027-04-05T00:00:00Z')
    expect(await forgetOldKeys(world().system)).toBe(0)
    await world().addOrg('org_slow', {
      clockAt: world()
        .scope()
        .now.subtract({ hours: 24 * 400 }),
    })
    await addCustomers(world(), ['1001'], { orgId: 'org_slow' })
    const slow = world().scope('org_slow', '2026-03-01T00:00:00Z')
    expect((await recordUsage(slow, { events: [event, usage('slow')] })).accepted).toBe(1)
    world().setNow('2027-04-06T00:00:00Z')
    await record([usage('young', { at: '2027-04-05T00:00:00Z' })])
    expect(await forgetOldKeys(world().system, { keysPerBatch: 7 })).toBe(before)
    expect(await keys()).toBe(1)
    const again = await recordUsage(world().scope(), { events: [event], windowDays: 400 })
    expect(again.results).toMatchObject([{ code: 'too_old' }])
  })
})
