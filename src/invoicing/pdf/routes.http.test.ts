import { extractText, getDocumentProxy } from 'unpdf'
import { afterAll, expect, it } from 'vitest'
import { eq } from 'drizzle-orm'
import { creditNotes, invoices } from '#db/schema/invoicing.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { typstRenderer } from '#src/gateways/documents/typst-renderer.ts'
import { createHttpApp } from '#src/http/create-http-app.ts'
import { createLogger } from '#src/http/request-log.ts'
import { createApiKey } from '#src/tenancy/create-key.ts'
import { issueCreditNote } from '../issue-credit-note.ts'
import { runBilling } from '../run-billing.ts'
import { addAccount1047, openShop } from '../testing/billing-world.ts'
import { pdfRoutes } from './routes.ts'

const publicUrl = 'https://billing.acme.example'
const renderer = typstRenderer()
afterAll(() => renderer.close())

async function textOf(answer: Response): Promise<string> {
  const { text } = await extractText(
    await getDocumentProxy(new Uint8Array(await answer.arrayBuffer())),
    { mergePages: true },
  )
  return text
}

describeOnDatabases('documents over HTTP', (world) => {
  it('hands out invoice and credit notes by key and by hosted link, and no receipt for nothing', async () => {
    await openShop(world().scope('org_test', '2026-02-15T00:00:00Z'))
    await addAccount1047(world().scope('org_test', '2026-02-15T00:00:00Z'))
    world().setNow('2026-03-01T12:00:00Z')
    const { system } = world()
    const app = createHttpApp({
      system,
      log: createLogger('silent'),
      routes: [pdfRoutes({ system, renderer, publicUrl })],
    })
    const scope = world().scope()
    const { key } = await scope.transact((ctx) =>
      createApiKey(ctx, { name: 'test', role: 'viewer' }),
    )
    const get = (path: string, headers = { Authorization: `Bearer ${key}` }) =>
      app.request(path, { headers })
    await runBilling(scope, { period: '2026-02' })
    const [invoice] = await system.db.select().from(invoices)

    const pdf = await get(`/api/invoices/${invoice?.id}/pdf`)
    expect(pdf.headers.get('content-type')).toBe('application/pdf')
    expect(pdf.headers.get('content-disposition')).toBe('inline; filename="INV-2026-02-0001.pdf"')
    expect(await textOf(pdf)).toContain('€312.91')
    expect((await get(`/api/invoices/${invoice?.id}/pdf`, { Authorization: '' })).status).toBe(401)
    expect((await get('/api/invoices/inv_unknown/pdf')).status).toBe(404)
    expect((await get(`/api/invoices/${invoice?.id}/receipt`)).status).toBe(409)

    const hosted = await app.request(`/i/${invoice?.publicToken}/pdf`)
    expect(await textOf(hosted)).toContain('INV-2026-02-0001')
    expect(hosted.headers.get('cache-control')).toContain('no-store')
    expect((await app.request('/i/unknown/pdf')).status).toBe(404)

    // Three parts that together give back the whole, each page with its own share of the tax.
    for (const [index, netMinor] of ([1001n, 3333n, 'full'] as const).entries())
      await scope.transact((ctx) =>
        issueCreditNote(ctx, {
          invoiceId: invoice?.id ?? '',
          netMinor,
          reason: `part ${index + 1}`,
          approvedBy: 'test',
          key: `k${index}`,
        }),
      )
    const notes = await system.db
      .select()
      .from(creditNotes)
      .where(eq(creditNotes.invoiceId, invoice?.id ?? ''))
    expect(notes).toHaveLength(3)
    for (const note of notes) {
      const text = await textOf(await get(`/api/credit-notes/${note.id}/pdf`))
      const amount = (minor: bigint) => `€${minor / 100n}.${String(minor % 100n).padStart(2, '0')}`
      for (const shown of [
        note.number,
        note.reason,
        amount(note.netMinor),
        amount(note.totalMinor),
      ])
        expect(text).toContain(shown)
      expect(text).toContain(`${amount(note.netMinor)} ${amount(note.taxMinor)}`)
    }
    expect((await get('/api/credit-notes/cn_unknown/pdf')).status).toBe(404)

    // Settled by credit, not paid.
    expect((await app.request(`/i/${invoice?.publicToken}/receipt`)).status).toBe(409)
  })
})
