import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listen, type Listening } from '#src/api.ts'
import { openHouse, type House } from '#src/compose.ts'
import { readConfig } from '#src/config.ts'
import { createLogger } from '#src/http/request-log.ts'
import { demoAccounts } from './acme.ts'
import { apiClient, type ApiClient } from './api-client.ts'
import { demoKey, foundAcme, openAccounts, publishPricing } from './set-up.ts'

let home: string
let house: House
let server: Listening
let api: ApiClient
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'tollkeeper-set-up-'))
  house = await openHouse(readConfig({ TOLLKEEPER_HOME: home }), createLogger('silent'))
  server = await listen(house, 0, '127.0.0.1')
  await foundAcme(house.system)
  api = apiClient(server.url, await demoKey(house.system, home))
  await publishPricing(api)
}, 60_000)
afterAll(async () => {
  await server.close()
  await house.close()
  await rm(home, { recursive: true })
})

const accounts = demoAccounts().slice(0, 4)

async function open(from: ApiClient): Promise<number[]> {
  const opened: number[] = []
  await openAccounts(from, accounts, (done) => opened.push(done))
  return opened
}

/** The API, gone after so many more calls, as when the demo is killed there. */
function goneAfter(calls: number): ApiClient {
  let left = calls
  return {
    ...api,
    post: (path, body, headers) => {
      left -= 1
      return left < 0 ? Promise.reject(new Error('killed')) : api.post(path, body, headers)
    },
  }
}

it('goes on with the account it was killed in, whichever call that was, and opens none twice', async () => {
  // Customer, card, subscription of the first account, then the customer of the second (a transfer); then the card of the third.
  await expect(open(goneAfter(4))).rejects.toThrow('killed')
  await expect(open(goneAfter(4))).rejects.toThrow('killed')
  expect(await open(api)).toEqual([3, 4])
  expect(await open(api)).toEqual([4])
  const ids = accounts.map(({ id }) => id)
  const customers = await api.list<{ id: string }>('/api/customers')
  expect(customers.map(({ id }) => id).toSorted()).toEqual(ids)
  const subscriptions = await api.list<{ customerId: string }>('/api/subscriptions')
  expect(subscriptions.map(({ customerId }) => customerId).toSorted()).toEqual(ids)
})
