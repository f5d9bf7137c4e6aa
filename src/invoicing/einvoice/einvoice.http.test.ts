import { z } from '@hono/zod-openapi'
import { expect, it } from 'vitest'
import { describeOnDatabases, type TestWorld } from '#db/testing/database.ts'
import { createHttpApp } from '#src/http/create-http-app.ts'
import { createLogger } from '#src/http/request-log.ts'
import { createApiKey } from '#src/tenancy/create-key.ts'
import { creditNoteRoutes } from '../credit-note-routes.ts'
import { CreditNoteDetailView, CreditNoteItemView } from '../credit-note-views.ts'
import { generateInvoice } from '../generate-invoice.ts'
import { issueCreditNote } from '../issue-credit-note.ts'
import { addAccount1047, openShop } from '../testing/billing-world.ts'
import { einvoiceRoutes } from './routes.ts'
import { misplacedElements } from './testing/order.ts'
import { readCii } from './testing/read-cii.ts'
import { readUbl } from './testing/read-ubl.ts'
import { brokenRules } from './testing/rules.ts'

const COMPLETE = { addressLines: ['Torstraße 1', '10119 Berlin'] }
const Problem = z.object({
  code: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })),
})

/** Account 1047 billed and credited twice in an organisation; what its owner reads over HTTP. */
async function open(world: TestWorld, orgId: string) {
  const early = world.scope(orgId, '2026-02-15T00:00:00Z')
  await openShop(early)
  await addAccount1047(early)
  world.setNow('2026-03-01T12:00:00Z')
  const scope = world.scope(orgId)
  const made = await generateInvoice(scope, { subscriptionId: 'sub_1047', period: '2026-02' })
  if (made.kind !== 'invoice') throw new Error(made.kind)
  const credit = (netMinor: bigint) =>
    scope.transact((ctx) =>
      issueCreditNote(ctx, {
        invoiceId: made.invoiceId,
        netMinor,
        reason: 'outage',
        approvedBy: 'test',
        key: `k${netMinor}`,
      }),
    )
  const notes = [await credit(1000n), await credit(333n)]
  const { key } = await scope.transact((ctx) => createApiKey(ctx, { name: 'test', role: 'viewer' }))
  const app = createHttpApp({
    system: world.system,
    log: createLogger('silent'),
    routes: [einvoiceRoutes(), creditNoteRoutes()],
  })
  const get = async (path: string) =>
    app.request(path, { headers: { Authorization: `Bearer ${key}` } })
  return { get, invoiceId: made.invoiceId, notes }
}

describeOnDatabases('electronic invoices over HTTP', (world) => {
  it('gives invoices and credit notes as valid files in each format', async () => {
    await world().addOrg('org_full', { taxId: 'DE123456788', settings: COMPLETE })
    const { get, invoiceId, notes } = await open(world(), 'org_full')
    const paths = [
      `/api/invoices/${invoiceId}/xml`,
      ...notes.map(({ id }) => `/api/credit-notes/${id}/xml`),
    ]
    const gross: (string | null)[] = []
    for (const path of paths) {
      const answers = [await get(path), await get(`${path}?format=cii`)]
      expect(answers.map(({ status }) => status)).toEqual([200, 200])
      expect(answers[0]?.headers.get('content-type')).toBe('application/xml; charset=utf-8')
      const [ubl = '', cii = ''] = await Promise.all(answers.map((answer) => answer.text()))
      expect([...misplacedElements(ubl), ...misplacedElements(cii)]).toEqual([])
      expect(brokenRules(readUbl(ubl))).toEqual([])
      expect(readCii(cii)).toEqual(readUbl(ubl))
      expect(await (await get(`${path}?format=facturx`)).text()).toBe(cii)
      gross.push(readUbl(ubl).sums.gross)
    }
    expect(gross).toEqual(['312.91', '11.90', '3.96'])
    expect((await get(`${paths[0]}?format=pdf`)).status).toBe(400)
    expect((await get('/api/invoices/inv_unknown/xml')).status).toBe(404)

    const listed = z
      .object({ data: z.array(CreditNoteItemView), nextCursor: z.string().nullable() })
      .parse(await (await get(`/api/credit-notes?invoiceId=${invoiceId}`)).json())
    expect(listed.data.map(({ number }) => number)).toEqual(['CN-2026-03-0002', 'CN-2026-03-0001'])
    const shown = CreditNoteDetailView.parse(
      await (await get(`/api/credit-notes/${notes[1]?.id}`)).json(),
    )
    expect(shown).toMatchObject({
      invoiceNumber: 'INV-2026-02-0001',
      taxMinor: '63',
      taxes: [{ jurisdiction: 'DE', baseMinor: '333', amountMinor: '63' }],
    })
    expect((await get('/api/credit-notes/cn_unknown')).status).toBe(404)
  })

  it('refuses what lacks mandatory data, naming the fields', async () => {
    const { get, invoiceId } = await open(world(), 'org_test')
    const refused = await get(`/api/invoices/${invoiceId}/xml?format=cii`)
    expect(refused.status).toBe(422)
    const problem = Problem.parse(await refused.json())
    expect(problem.code).toBe('refused')
    expect(problem.errors.map(({ path }) => path)).toEqual(['seller.lines', 'seller.taxId'])
  })
})
