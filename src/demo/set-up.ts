import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { openScope, type System } from '#db/context.ts'
import { organizations } from '#db/schema/tenancy.ts'
import { createApiKey } from '#src/tenancy/create-key.ts'
import { createOrganization } from '#src/tenancy/create-organization.ts'
import { authenticateKey } from '#src/tenancy/authenticate-key.ts'
import { Temporal } from '#src/kernel/time.ts'
import { ORG_ID, PRICING, type DemoAccount } from './acme.ts'
import type { ApiClient } from './api-client.ts'

export const SUPPORT_EMAIL = 'billing@acme-api.example'
const CLOCK_START = '2026-02-01T00:00:00Z'

/** Founds Acme API in Hamburg, in sandbox mode, its clock at the beginning of February. */
export async function foundAcme(system: System): Promise<void> {
  const [existing] = await system.db
    .select({ id: organizations.id })
    .from(organizations)
    .where(eq(organizations.id, ORG_ID))
  if (existing) return
  await createOrganization(system, {
    id: ORG_ID,
    name: 'Acme API GmbH',
    country: 'DE',
    taxId: 'DE811907980',
    timeZone: 'Europe/Berlin',
    currency: 'EUR',
    mode: 'sandbox',
    clockAt: CLOCK_START,
    settings: {
      supportEmail: SUPPORT_EMAIL,
      addressLines: ['Hafenstraße 12', '20457 Hamburg'],
      bank: { name: 'Elbe Bank', iban: 'DE02120300000000202051', bic: 'BYLADEM1001' },
      taxRegistrations: ['US-NY', 'US-TX'],
      paymentTermsDays: 30,
    },
    owner: { email: 'finance@acme-api.example', name: 'Lena Petersen' },
  })
}

/** The demo's API key: kept beside the data so that a second run makes no second one. */
export async function demoKey(system: System, home: string): Promise<string> {
  const path = join(home, 'demo-key')
  if (existsSync(path)) {
    const kept = readFileSync(path, 'utf8').trim()
    if (await authenticateKey(system, kept)) return kept
  }
  const scope = await openScope(system, ORG_ID, { kind: 'system', id: 'demo' })
  const { key } = await scope.transact((ctx) => createApiKey(ctx, { name: 'demo', role: 'owner' }))
  mkdirSync(home, { recursive: true })
  writeFileSync(`${path}.new`, `${key}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
  return key
}

export async function publishPricing(api: ApiClient): Promise<void> {
  await api.postText('/api/pricing', PRICING, 'text/yaml')
}

function localMidnight(account: DemoAccount, day: number): string {
  return Temporal.PlainDate.from({ year: 2026, month: 2, day })
    .toZonedDateTime(account.place.timeZone)
    .toInstant()
    .toString()
}

/** Opens the accounts in their order, and goes on behind those that an interrupted run has opened. */
export async function openAccounts(
  api: ApiClient,
  accounts: readonly DemoAccount[],
  onProgress: (done: number) => void,
): Promise<void> {
  const there = await api.list<{ id: string }>('/api/customers')
  // The last one there may be half open: it is opened again.
  for (let index = Math.max(0, there.length - 1); index < accounts.length; index += 1) {
    const account = accounts[index]
    if (account) await openAccount(api, account)
    onProgress(index + 1)
  }
}

/** Opens one account: customer, contact, card, subscription, add-ons. Everything carries its own id: again is the same. */
async function openAccount(api: ApiClient, account: DemoAccount): Promise<void> {
  const { place } = account
  await api.post('/api/customers', {
    id: account.id,
    name: account.name,
    currency: account.currency,
    country: place.country,
    ...(place.region === undefined ? {} : { region: place.region }),
    address: {
      line1: `Main Street ${Number(account.id) - 1000}`,
      postalCode: place.postalCode,
      city: place.city,
    },
    timeZone: place.timeZone,
    locale: place.locale,
    ...(account.vatId === null ? {} : { taxId: account.vatId, taxIdStatus: 'valid' }),
    audience: 'b2b',
    collection: account.collection === 'transfer' ? 'transfer' : 'card',
    contacts: [account.contact],
  })
  if (account.collection === 'none') return
  if (account.collection === 'card') await giveCard(api, account.id, account.cardToken, 'first')
  await api.post('/api/subscriptions', {
    id: `sub-${account.id}`,
    customerId: account.id,
    planId: account.planId,
    startedAt: localMidnight(account, account.startDay),
    anchorDay: 1,
    addons: account.addons.map(({ id, quantity }) => ({
      id: `${account.id}-${id}`,
      addonId: id,
      quantity,
    })),
  })
  if (account.change)
    await api.post(`/api/subscriptions/sub-${account.id}/changes`, {
      planId: account.change.planId,
      at: localMidnight(account, account.change.day),
    })
}

/** Puts a test card on file; the same `purpose` again is the same card. Returns the card's id. */
export async function giveCard(
  api: ApiClient,
  customerId: string,
  token: string,
  purpose: string,
): Promise<string> {
  const card = await api.post<{ id: string }>(
    `/api/customers/${customerId}/payment-methods`,
    { token },
    { 'idempotency-key': `demo-card-${customerId}-${purpose}` },
  )
  return card.id
}
