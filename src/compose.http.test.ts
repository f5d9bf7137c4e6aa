import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openHouse, type House } from './compose.ts'
import { readConfig } from './config.ts'
import { createLogger } from './http/request-log.ts'

interface Operation {
  readonly responses: Readonly<Record<string, unknown>>
  readonly requestBody?: { readonly required?: boolean }
  readonly parameters?: readonly { readonly in: string; readonly name: string }[]
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>

describe('the whole house over HTTP', () => {
  let home: string
  let house: House
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'tollkeeper-house-'))
    house = await openHouse(readConfig({ TOLLKEEPER_HOME: home }), createLogger('silent'))
  }, 60_000)
  afterAll(async () => {
    await house.close()
    await rm(home, { recursive: true })
  })

  it('describes every route of every room as OpenAPI 3.1, on the page too', async () => {
    const answer = await house.app.request('/api/openapi.json')
    expect(answer.status).toBe(200)
    const { openapi, paths } = (await answer.json()) as { openapi: string; paths: Paths }
    expect(openapi).toBe('3.1.0')
    for (const path of ['/api/track', '/api/events', '/api/invoices', '/webhooks/stripe'])
      expect(Object.keys(paths)).toContain(path)
    const operations = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
    )
    for (const { path, method, operation } of operations) {
      const named = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name)
      const described = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path')
      expect(new Set(described.map(({ name }) => name)), `${method} ${path}`).toEqual(
        new Set(named),
      )
      expect(operation.requestBody?.required ?? true, `${method} ${path}`).toBe(true)
    }
    const page = await house.app.request('/docs')
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('/api/invoices')
  })
})
