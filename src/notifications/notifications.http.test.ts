import { createServer, type IncomingMessage } from 'node:http'
import { eq } from 'drizzle-orm'
import { Webhook } from 'standardwebhooks'
import { expect, it } from 'vitest'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { webhookDeliveries, webhookEndpoints } from '#db/schema/notifications.ts'
import { outbox } from '#db/schema/tenancy.ts'
import { webhookPoster } from '#src/gateways/webhooks/post-webhook.ts'
import { createHttpApp } from '#src/http/create-http-app.ts'
import { createLogger } from '#src/http/request-log.ts'
import { Temporal } from '#src/kernel/time.ts'
import { createApiKey } from '#src/tenancy/create-key.ts'
import { notificationJobs } from './jobs.ts'
import { notify } from './notify.ts'
import { notificationRoutes } from './routes.ts'

interface Received {
  readonly headers: Record<string, string>
  readonly body: string
}

/** A receiver on a real socket that answers with `status`. */
async function receiver(status: () => number) {
  const received: Received[] = []
  const server = createServer((request: IncomingMessage, answer) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8')
      received.push({ headers: request.headers as Record<string, string>, body })
      answer.writeHead(status(), { Location: 'http://169.254.169.254/' }).end('noted')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

async function api(world: TestWorld) {
  const app = createHttpApp({
    system: world.system,
    log: createLogger('silent'),
    routes: [notificationRoutes()],
  })
  const { key } = await world
    .scope()
    .transact((ctx) => createApiKey(ctx, { name: 'test', role: 'developer' }))
  return (method: string, path: string, body?: unknown) =>
    app.request(path, {
      method,
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
}

describeOnDatabases('outgoing webhooks', (world) => {
  const add = async (url: string, events: string[]) => {
    const call = await api(world())
    const answer = await call('POST', '/api/webhook-endpoints', { url, events })
    return (await answer.json()) as { id: string; secret: string }
  }
  const happen = (key: string, type = 'invoice.paid') =>
    world()
      .scope()
      .transact((ctx) => notify(ctx, { type, key, data: { invoiceId: key, totalMinor: '31291' } }))
  const run = async (options: { allowPrivateAddresses?: boolean } = {}) => {
    const [job] = notificationJobs({
      post: webhookPoster(options),
      clock: { now: () => Temporal.Now.instant() },
    })
    const pending = await world()
      .system.db.select({ id: webhookDeliveries.id })
      .from(webhookDeliveries)
      .where(eq(webhookDeliveries.status, 'pending'))
    for (const { id } of pending) await job?.run(world().scope(), { deliveryId: id })
  }
  const latest = async (endpointId: string) => {
    const rows = await world()
      .system.db.select()
      .from(webhookDeliveries)
      .where(eq(webhookDeliveries.endpointId, endpointId))
    return rows.at(-1)
  }

  it('delivers a subscribed event once, signed by the Standard Webhooks spec', async () => {
    const target = await receiver(() => 200)
    const endpoint = await add(target.url, ['invoice.*'])
    expect(await happen('inv_1')).toBe(1)
    expect(await happen('inv_1')).toBe(0)
    expect(await happen('usage_1', 'usage.anomaly')).toBe(0)
    const jobs = await world()
      .system.db.select({ key: outbox.key })
      .from(outbox)
      .where(eq(outbox.job, 'DELIVER_WEBHOOK'))
    expect(jobs).toEqual([{ key: `${endpoint.id}:inv_1` }])
    await run({ allowPrivateAddresses: true })
    await run({ allowPrivateAddresses: true })
    expect(target.received).toHaveLength(1)
    const [{ headers, body } = { headers: {}, body: '' }] = target.received
    expect(new Webhook(endpoint.secret).verify(body, headers)).toMatchObject({
      type: 'invoice.paid',
      data: { invoiceId: 'inv_1' },
    })
    expect(await latest(endpoint.id)).toMatchObject({ status: 'delivered', lastAnswer: 'noted' })
    await target.close()
  })

  it('refuses private addresses and notes why', async () => {
    const target = await receiver(() => 200)
    const endpoint = await add(target.url, ['a.b'])
    await happen('private', 'a.b')
    await expect(run()).rejects.toMatchObject({ code: 'unavailable' })
    expect(target.received).toEqual([])
    expect((await latest(endpoint.id))?.lastAnswer).toMatch(/private|not allowed/i)
    await run({ allowPrivateAddresses: true })
    await target.close()
  })

  it('tries again what was not accepted, under the same id, follows no redirect, and gives up at last', async () => {
    const target = await receiver(() => 302)
    const endpoint = await add(target.url, ['c.d'])
    await happen('again', 'c.d')
    for (let attempt = 1; attempt <= 5; attempt += 1)
      await expect(run({ allowPrivateAddresses: true })).rejects.toMatchObject({
        code: 'unavailable',
      })
    expect(await latest(endpoint.id)).toMatchObject({
      status: 'failed',
      attempts: 5,
      lastStatus: 302,
    })
    expect(new Set(target.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
    await target.close()
  })

  it('turns an endpoint off that answers 410', async () => {
    const target = await receiver(() => 410)
    const endpoint = await add(target.url, ['e.f'])
    await happen('gone', 'e.f')
    await run({ allowPrivateAddresses: true })
    const [row] = await world()
      .system.db.select()
      .from(webhookEndpoints)
      .where(eq(webhookEndpoints.id, endpoint.id))
    expect(row?.disabled).toBe(true)
    expect(await happen('more', 'e.f')).toBe(0)
    await target.close()
  })

  it('lists, changes and removes endpoints without ever showing a secret again', async () => {
    const call = await api(world())
    const endpoint = await add('https://hooks.example/x', ['*'])
    const changed = await call('PATCH', `/api/webhook-endpoints/${endpoint.id}`, { disabled: true })
    expect(await changed.json()).toMatchObject({ disabled: true, events: ['*'] })
    const page = await (await call('GET', '/api/webhook-endpoints')).text()
    expect(page).toContain(endpoint.id)
    expect(page).not.toContain('whsec_')
    expect((await call('DELETE', `/api/webhook-endpoints/${endpoint.id}`)).status).toBe(204)
    expect((await call('DELETE', `/api/webhook-endpoints/${endpoint.id}`)).status).toBe(404)
    const log = await call('GET', `/api/webhook-endpoints/${endpoint.id}/deliveries`)
    expect(await log.json()).toEqual({ data: [], nextCursor: null })
  })
})
