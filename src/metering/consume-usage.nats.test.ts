import { randomUUID } from 'node:crypto'
import { connect as connectTcp, createServer, type AddressInfo, type Socket } from 'node:net'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, headers, type NatsConnection } from '@nats-io/transport-node'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rowsOf } from '#db/context.ts'
import { describeOnPostgres, type TestWorld } from '#db/testing/database.ts'
import { natsStream } from '#src/gateways/stream/nats.ts'
import type { UsageStream } from '#src/gateways/stream/usage-stream.ts'
import { consumeUsage } from './consume-usage.ts'
import { addCustomers, usage } from './testing/world.ts'

const NATS_URL = process.env['TEST_NATS_URL']

/** A line to the server that can be cut and mended. */
async function cuttable(url: string) {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((inside) => {
    if (isCut) return void inside.destroy()
    const outside = connectTcp(Number(port), hostname)
    for (const socket of [inside, outside]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        inside.destroy()
        outside.destroy()
        sockets.delete(socket)
      })
    }
    inside.pipe(outside).pipe(inside)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `nats://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    mend: () => {
      isCut = false
    },
    close: () => server.close(),
  }
}

describe.skipIf(NATS_URL === undefined)(
  `usage through NATS [${NATS_URL === undefined ? 'needs TEST_NATS_URL' : 'real server'}]`,
  () => {
    describeOnPostgres('counted', (world) => {
      const prefix = `usage_${randomUUID().replaceAll('-', '')}`
      let sender: NatsConnection
      let line: Awaited<ReturnType<typeof cuttable>>
      const streams: UsageStream[] = []
      const openStream = (url = NATS_URL ?? '') => {
        const stream = natsStream({ url, prefix, waitMs: 1_000, ackWaitMs: 1_000 })
        streams.push(stream)
        return stream
      }
      const send = (body: unknown, options: { org?: string; id?: string; type?: string } = {}) => {
        const noted = headers()
        if (options.type) noted.set('content-type', options.type)
        return jetstream(sender).publish(
          `${prefix}.${options.org ?? 'org_test'}`,
          typeof body === 'string' ? body : JSON.stringify(body),
          { headers: noted, ...(options.id ? { msgID: options.id } : {}) },
        )
      }
      /** Rounds until as many messages were taken; a round that fails is followed by another. */
      const takeAll = async (stream: UsageStream, messages: number, system = world().system) => {
        for (let taken = 0; taken < messages;)
          taken += await consumeUsage(system, stream).catch(() => 0)
      }
      const stored = async (metric: string) => {
        const [row] = await rowsOf<{ count: string; sum: string }>(
          world().system.db,
          sql`select count(*) as count, coalesce(sum(quantity), 0)::int as sum from usage_events where metric = ${metric}`,
        )
        return [Number(row?.count), Number(row?.sum)]
      }

      beforeAll(async () => {
        await addCustomers(world(), ['1001'])
        sender = await connect({ servers: NATS_URL ?? '' })
        line = await cuttable(NATS_URL ?? 'nats://127.0.0.1:1')
        await openStream().next(1)
      })
      afterAll(async () => {
        for (const stream of streams) await stream.close()
        const manager = await jetstreamManager(sender)
        for (const name of [prefix, `${prefix}_refused`])
          await manager.streams.delete(name.toUpperCase())
        await sender.close()
        line.close()
      })

      it('takes every form, counts each event once, and parks what cannot be read or belongs to nobody', async () => {
        await send(usage('n1', { metric: 'forms' }))
        await send([usage('n2', { metric: 'forms' }), usage('n1', { metric: 'forms' })])
        await send(
          { metric: 'forms', amount: 5, customerId: '1001', timestamp: '2026-02-20T10:00:00Z' },
          { id: 'by-its-id' },
        )
        await send(
          {
            specversion: '1.0',
            id: 'c',
            source: 's',
            type: 'forms',
            subject: '1001',
            data: { quantity: 7 },
          },
          { type: 'application/cloudevents+json' },
        )
        await send('{"broken')
        await send(usage('n3', { metric: 'forms' }), { org: 'nobody' })
        const stream = openStream()
        await takeAll(stream, 5)
        expect(await consumeUsage(world().system, stream)).toBe(0)
        expect(await stored('forms')).toEqual([4, 14])
        const letters = await rowsOf<{ body: unknown }>(
          world().system.db,
          sql`select body from usage_dead_letters`,
        )
        expect(letters).toEqual([{ body: '{"broken' }])
        const manager = await jetstreamManager(sender)
        const refused = await manager.streams.getMessage(`${prefix}_refused`.toUpperCase(), {
          last_by_subj: `${prefix}_refused.nobody`,
        })
        expect(refused?.header.get('Tollkeeper-Reason')).toBe('no organisation nobody')
        expect(refused?.json()).toMatchObject({ event_id: 'evt_n3' })
      })

      it('counts once what is delivered again, because we died between the commit and the answer', async () => {
        for (let index = 0; index < 50; index += 1)
          await send(usage(`d${index}`, { metric: 'died' }))
        const dying = openStream()
        const deaf: UsageStream = {
          ...dying,
          next: async (limit) =>
            (await dying.next(limit)).map((message) => ({ ...message, done: () => {} })),
        }
        await takeAll(deaf, 50)
        await dying.close()
        expect(await stored('died')).toEqual([50, 50])
        await takeAll(openStream(), 50)
        expect(await stored('died')).toEqual([50, 50])
      })

      it('loses nothing while the server, or the database, is away', async () => {
        const stream = openStream(line.url)
        await stream.next(1)
        for (let index = 0; index < 200; index += 1)
          await send(usage(`a${index}`, { metric: 'away' }))
        line.cut()
        for (let index = 200; index < 300; index += 1)
          await send(usage(`a${index}`, { metric: 'away' }))
        expect(await consumeUsage(world().system, stream).catch(() => 0)).toBe(0)
        line.mend()
        const broken = { ...world().system, db: brokenOnce(world()) }
        await takeAll(stream, 300, broken)
        expect(await stored('away')).toEqual([300, 300])
      })

      it('can be replayed from the beginning: nothing is lost, nothing is double', async () => {
        const before = [await stored('forms'), await stored('died'), await stored('away')]
        const manager = await jetstreamManager(sender)
        await manager.consumers.delete(prefix.toUpperCase(), 'tollkeeper')
        await takeAll(openStream(), 355)
        expect([await stored('forms'), await stored('died'), await stored('away')]).toEqual(before)
      })
    })
  },
)

/** A database that is away for its first transaction. */
function brokenOnce(world: TestWorld): TestWorld['system']['db'] {
  let isAway = true
  return new Proxy(world.system.db, {
    get: (target, name, receiver) => {
      if (name !== 'transaction' || !isAway) return Reflect.get(target, name, receiver) as unknown
      return () => {
        isAway = false
        return Promise.reject(new Error('the database is away'))
      }
    },
  })
}
