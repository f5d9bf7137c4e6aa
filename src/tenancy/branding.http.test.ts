import { desc, eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { auditLog } from '#db/schema/tenancy.ts'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { createHttpApp } from '#src/http/create-http-app.ts'
import { createLogger } from '#src/http/request-log.ts'
import type { Role } from '#src/http/roles.ts'
import { brandingRoutes } from './branding-routes.ts'
import { createApiKey } from './create-key.ts'

const GERMAN_BANK = { name: 'Musterbank', iban: 'DE89370400440532013000', bic: 'COBADEFFXXX' }
const US_BANK = { name: 'First Bank', accountNumber: '000123456789', routingNumber: '026009593' }

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown> & { errors?: { path: string; message: string }[] }
}

async function clientOf(world: TestWorld, role: Role) {
  const app = createHttpApp({
    system: world.system,
    log: createLogger('silent'),
    routes: [brandingRoutes()],
  })
  const { key } = await world.scope().transact((ctx) => createApiKey(ctx, { name: role, role }))
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' }
  const ask = async (method: string, body?: unknown): Promise<Answer> => {
    const answer = await app.request('/api/settings/branding', {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json()) as Answer['body'] }
  }
  return { show: () => ask('GET'), change: (body: unknown) => ask('PATCH', body) }
}

describeOnDatabases('the branding of an organisation', (world) => {
  it('is changed in parts: what is not named stays', async () => {
    const { show, change } = await clientOf(world(), 'admin')
    const legal = { registration: 'HRB 1, Amtsgericht Berlin', directors: ['Ada Beispiel'] }
    expect((await change({ brandColor: '#FFE34D', legal, bank: GERMAN_BANK })).status).toBe(200)
    expect((await change({ banks: { USD: US_BANK, GBP: GERMAN_BANK } })).status).toBe(200)
    const { body } = await change({ banks: { GBP: null }, footerText: 'Made in Berlin' })
    expect(body).toMatchObject({
      brandColor: '#FFE34D',
      colors: { area: '#ffe34d', onArea: '#1c2430' },
      legal,
      bank: GERMAN_BANK,
      banks: { USD: { ...US_BANK, iban: '', bic: '' } },
      footerText: 'Made in Berlin',
      logo: null,
    })
    expect((await show()).body).toEqual(body)
    const [entry] = await world()
      .system.db.select()
      .from(auditLog)
      .where(eq(auditLog.action, 'organization.branding_changed'))
      .orderBy(desc(auditLog.id))
    expect(entry?.data).toEqual({ fields: ['banks', 'footerText'] })
  })

  it('names each field that is wrong, and changes nothing', async () => {
    const { show, change } = await clientOf(world(), 'owner')
    const before = (await show()).body
    for (const [body, path] of [
      [{ brandColor: 'red' }, 'brandColor'],
      [{ logo: 'data:image/png;base64,bm8gcGljdHVyZQ==' }, 'logo'],
      [{ bank: { ...GERMAN_BANK, iban: 'DE89370400440532013001' } }, 'bank.iban'],
      [{ bank: { name: 'Nowhere' } }, 'bank.iban'],
      [{ bank: { ...GERMAN_BANK, bic: 'X' } }, 'bank.bic'],
      [{ banks: { XXX: GERMAN_BANK } }, 'banks.XXX'],
      [{ legal: { directors: [''] } }, 'legal.directors.0'],
      [{ paymentTermsDays: 400 }, 'paymentTermsDays'],
    ] as const) {
      const answer = await change({ footerText: 'must not stay', ...body })
      expect(answer.status).toBe(400)
      expect(answer.body.errors?.map((error) => error.path)).toEqual([path])
    }
    expect((await change({ color: '#123456' })).status).toBe(400)
    expect((await show()).body).toEqual(before)
  })

  it('may be seen by everybody and changed by owners and admins', async () => {
    const { show, change } = await clientOf(world(), 'developer')
    expect((await show()).status).toBe(200)
    expect((await change({ footerText: 'x' })).status).toBe(403)
  })
})
