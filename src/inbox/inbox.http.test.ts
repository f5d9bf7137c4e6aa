import { expect, it } from 'vitest'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { contacts } from '#db/schema/customers.ts'
import { createHttpApp } from '#src/http/create-http-app.ts'
import { createLogger } from '#src/http/request-log.ts'
import type { Role } from '#src/http/roles.ts'
import { createApiKey } from '#src/tenancy/create-key.ts'
import { inboxRoutes } from './routes.ts'
import { mailSettingsRoutes } from './settings-routes.ts'

const RAW =
  'Message-ID: <q@customer.example>\r\nFrom: ada@customer.example\r\nSubject: Q\r\n\r\nWhy?'

async function open(world: TestWorld, role: Role, orgId = 'org_test') {
  const app = createHttpApp({
    system: world.system,
    log: createLogger('silent'),
    routes: [inboxRoutes({ system: world.system }), mailSettingsRoutes()],
  })
  const { key } = await world
    .scope(orgId)
    .transact((ctx) => createApiKey(ctx, { name: 'mta', role }))
  const headers = { Authorization: `Bearer ${key}` }
  return {
    key,
    send: async (method: string, path: string, body?: unknown) => {
      const answer = await app.request(path, {
        method,
        headers: { ...headers, 'Content-Type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await answer.text()
      return { status: answer.status, body: text === '' ? null : (JSON.parse(text) as unknown) }
    },
    text: async (path: string) => (await app.request(path, { headers })).text(),
    get: async (path: string) => (await app.request(path, { headers })).json() as Promise<never>,
    post: (body: string | Uint8Array<ArrayBuffer>, more: Record<string, string> = {}) =>
      app.request('/webhooks/email', {
        method: 'POST',
        body,
        headers: { ...headers, 'Content-Type': 'message/rfc822', ...more },
      }),
    bare: () => app.request('/webhooks/email', { method: 'POST', body: RAW }),
  }
}

describeOnDatabases('POST /webhooks/email', (world) => {
  it('takes raw MIME with the mail server’s findings, once, and shows it', async () => {
    await world()
      .scope()
      .transact((ctx) =>
        ctx.db.insert(contacts).values({
          orgId: ctx.orgId,
          id: 'con_1',
          customerId: '1047',
          email: 'ada@customer.example',
          name: 'Ada',
          role: 'billing',
          verifiedAt: ctx.now,
          createdAt: ctx.now,
        }),
      )
    const { post, get } = await open(world(), 'developer')
    const results = { 'X-Authentication-Results': 'spf=pass dkim=pass dmarc=pass' }
    const answer = await post(RAW, results)
    expect(answer.status).toBe(202)
    const received = (await answer.json()) as { messageId: string }
    expect(received).toMatchObject({ status: 'received', trust: 'verified' })
    const again = await post(RAW, results)
    expect(again.status).toBe(200)
    expect(await again.json()).toMatchObject({ ...received, status: 'duplicate' })

    const page: { data: { threadId: string }[] } = await get('/api/messages?customerId=1047')
    expect(page).toMatchObject({
      data: [{ id: received.messageId, text: 'Why?' }],
      nextCursor: null,
    })
    expect(await get(`/api/threads/${page.data[0]?.threadId ?? ''}`)).toMatchObject({
      customerId: '1047',
      messages: [{ id: received.messageId }],
    })
    await world().addOrg('org_other')
    const other = await open(world(), 'owner', 'org_other')
    expect(await other.get(`/api/messages/${received.messageId}`)).toMatchObject({ status: 404 })
  })

  it('refuses callers without a key that may hand over mail, and an empty body', async () => {
    const viewer = await open(world(), 'viewer')
    expect((await viewer.post(RAW)).status).toBe(403)
    expect((await viewer.bare()).status).toBe(401)
    const owner = await open(world(), 'owner')
    expect((await owner.post('')).status).toBe(400)
    expect((await owner.post(new Uint8Array(11_000_000).fill(65))).status).toBe(413)
  })

  it('takes a key of role mail as a password, which does nothing else', async () => {
    const mail = await open(world(), 'mail')
    const basic = Buffer.from(`inbound:${mail.key}`).toString('base64')
    const raw = RAW.replace('q@', 'basic@')
    expect((await mail.post(raw, { Authorization: `Basic ${basic}` })).status).toBe(202)
    expect(await mail.get('/api/messages')).toMatchObject({ status: 403 })
    expect((await mail.post(raw, { 'X-Client-Ip': 'nonsense' })).status).toBe(400)
  })

  it('shows whom mail is believed by, and names the field that is wrong', async () => {
    const owner = await open(world(), 'owner')
    expect(
      await owner.send('PATCH', '/api/settings/mail', {
        supportEmail: 'Billing@Acme.Example',
        trustedServers: ['MX.acme.example'],
      }),
    ).toMatchObject({
      status: 200,
      body: {
        supportEmail: 'billing@acme.example',
        trustedServers: ['mx.acme.example'],
        keepRawDays: 30,
      },
    })
    expect(await owner.send('PATCH', '/api/settings/mail', { keepRawDays: 0 })).toMatchObject({
      body: { trustedServers: ['mx.acme.example'], keepRawDays: 0 },
    })
    for (const [field, value] of Object.entries({
      supportEmail: 'billing',
      mailFrom: 'a+b@acme.example',
      trustedSealers: ['not a name'],
      keepRawDays: -1,
    }))
      expect(await owner.send('PATCH', '/api/settings/mail', { [field]: value })).toMatchObject({
        status: 400,
        body: { errors: [{ path: expect.stringContaining(field) }] },
      })
    const viewer = await open(world(), 'viewer')
    expect(await viewer.send('PATCH', '/api/settings/mail', {})).toMatchObject({ status: 403 })
  })

  it('erases a person’s words and originals, and writes to nobody gone', async () => {
    const owner = await open(world(), 'owner')
    await owner.send('PATCH', '/api/settings/mail', { keepRawDays: 9 })
    const answer = await owner.post(RAW.replace('q@', 'erase@'), {
      'X-Authentication-Results': 'dmarc=pass',
    })
    const { messageId } = (await answer.json()) as { messageId: string }
    expect(await owner.text(`/api/messages/${messageId}/raw`)).toContain('Why?')
    expect(await owner.send('DELETE', '/api/customers/1/contacts/con_1')).toMatchObject({
      status: 404,
    })
    const path = '/api/customers/1047/contacts/con_1'
    expect(await owner.send('POST', `${path}/resume-mail`)).toMatchObject({ status: 204 })
    expect(await owner.send('DELETE', path)).toMatchObject({ body: { erasedMessages: 3 } })
    expect(await owner.get(`/api/messages/${messageId}`)).toMatchObject({
      from: 'erased@erased.invalid',
      subject: '',
      text: '',
      customerId: '1047',
    })
    expect(await owner.get(`/api/messages/${messageId}/raw`)).toMatchObject({ status: 404 })
    expect(
      await owner.send('POST', `/api/messages/${messageId}/settle`, { outcome: 'sent' }),
    ).toMatchObject({
      status: 404,
    })
  })
})
