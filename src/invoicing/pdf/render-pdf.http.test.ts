import { extractText, getDocumentProxy, getMeta } from 'unpdf'
import { afterAll, describe, expect, it } from 'vitest'
import { typstRenderer } from '#src/gateways/documents/typst-renderer.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { parseDecimal } from '#src/kernel/decimal.ts'
import { parseInstant } from '#src/kernel/time.ts'
import type { InvoiceDocument } from '../document.ts'
import { sampleInvoice } from '../testing/sample-invoice.ts'
import { renderCreditNotePdf, renderInvoicePdf, renderReceiptPdf } from './render-pdf.ts'

const renderer = typstRenderer()
afterAll(() => renderer.close())

const options = { publicUrl: 'https://billing.acme.example/' }
const { presentation, lines } = sampleInvoice()

/** The text of each page, spaces joined. */
async function pagesOf(pdf: Uint8Array): Promise<string[]> {
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(pdf)))
  return text.map((page) => page.replace(/[\s\u00a0\u202f]+/g, ' '))
}

async function textOf(doc: InvoiceDocument): Promise<string> {
  return (await pagesOf(await renderInvoicePdf(renderer, doc, options))).join(' ')
}

describe('the invoice as a PDF', () => {
  it('shows everything an invoice must carry, and is PDF/A-3b of its own date', async () => {
    const pdf = await renderInvoicePdf(renderer, sampleInvoice(), options)
    const [text = ''] = await pagesOf(pdf)
    for (const fact of [
      'INV-2026-02-0047',
      'Mar 1, 2026',
      'Mar 31, 2026',
      'Nordlicht Software GmbH',
      'Acme API GmbH',
      'Customer number 1047',
      '147,891 €0.0005 €73.95',
      'Subtotal €262.95',
      'VAT 19% · €262.95 · DE €49.96',
      'Total €312.91',
      'DE89 3704 0044 0532 0130 00',
      'RF89INV2026020047',
      'https://billing.acme.example/i/0123456789abcdef0123456789abcdef012345',
      'Tax number DE123456788',
      'Net 30 days',
      'Page 1 of 1',
    ])
      expect(text).toContain(fact)
    const raw = Buffer.from(pdf).toString('latin1')
    expect(raw).toMatch(/pdfaid:part>3<[\s\S]*pdfaid:conformance>B</)
    expect(raw).toContain('D:20260301120000')
    const { info } = await getMeta(await getDocumentProxy(new Uint8Array(pdf)))
    expect(info).toMatchObject({ Title: 'Invoice INV-2026-02-0047 · Acme API GmbH' })
  })

  it('is the same, byte for byte, each time', async () => {
    const once = await renderInvoicePdf(renderer, sampleInvoice(), options)
    await renderInvoicePdf(renderer, sampleInvoice({ number: 'INV-OTHER' }), options)
    expect(await renderInvoicePdf(renderer, sampleInvoice(), options)).toEqual(once)
  })

  it('repeats the head of the table on each page and loses no line of two hundred', async () => {
    const [line] = lines
    if (!line) throw new Error('no line to repeat')
    const many = Array.from({ length: 200 }, (_, index) => ({
      ...line,
      description: `line <${index}> of many, with a description that is long enough for a second and a third row of its rather narrow column, which no page break may cut: here ends the narrow column`,
    }))
    const pages = await pagesOf(
      await renderInvoicePdf(renderer, sampleInvoice({ lines: many }), options),
    )
    expect(pages.length).toBeGreaterThan(5)
    for (const [index, page] of pages.entries()) {
      expect(page).toContain(`Page ${index + 1} of ${pages.length}`)
      const described = page.match(/line <\d+> of many/g) ?? []
      // A row is never cut: as many ends as beginnings on every page.
      expect(page.match(/here ends the narrow/g) ?? []).toHaveLength(described.length)
      const headed = page.includes('Description Quantity Unit price Amount')
      expect(headed).toBe(described.length > 0)
    }
    const all = pages.join(' ')
    for (const index of many.keys()) expect(all).toContain(`line <${index}> of many`)
  })

  it('shows names as they are written, whatever they look like', async () => {
    const evil = '#panic("x") *b* $x$ <l> @r'
    const text = await textOf(
      sampleInvoice({
        seller: { ...sampleInvoice().seller, name: evil, taxId: evil },
        buyer: { ...sampleInvoice().buyer, name: evil, lines: ['= head', '#image("/etc/passwd")'] },
        lines: lines.map((line) => ({ ...line, description: evil })),
      }),
    )
    expect(text.split(evil).length).toBeGreaterThan(6)
    expect(text).toContain('#image("/etc/passwd")')
  })

  it('knows no fraction of a yen and a thousandth of a dinar', async () => {
    const inCurrency = (code: string) => textOf(sampleInvoice({ currency: parseCurrency(code) }))
    expect(await inCurrency('JPY')).toContain('Total ¥31,291')
    expect(await inCurrency('KWD')).toContain('Total KWD 31.291')
  })

  it('carries the reverse charge note in German', async () => {
    const [tax] = sampleInvoice().taxes
    if (!tax) throw new Error('no tax to change')
    const note = 'Steuerschuldnerschaft des Leistungsempfängers'
    const text = await textOf(
      sampleInvoice({
        presentation: { ...presentation, locale: 'de' },
        taxes: [{ ...tax, rate: parseDecimal('0'), amountMinor: 0n, note }],
      }),
    )
    expect(text).toContain(note)
    expect(text).toContain('Gesamtbetrag 312,91 €')
  })

  it('goes out with the mark when the logo is no picture, and with the logo when it is', async () => {
    const withLogo = (logo: string | null) =>
      renderInvoicePdf(
        renderer,
        sampleInvoice({ presentation: { ...presentation, logo } }),
        options,
      )
    const plain = await withLogo(null)
    expect(await withLogo('data:image/png;base64,bm8gcGljdHVyZQ==')).toEqual(plain)
    const pixel =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='
    const shown = await withLogo(`data:image/png;base64,${pixel}`)
    expect(Buffer.from(shown).toString('latin1')).toMatch(/\/Subtype\s*\/Image/)
  })

  it('takes the e-invoice in', async () => {
    const attachments = [
      {
        name: 'factur-x.xml',
        mime: 'text/xml',
        relationship: 'alternative' as const,
        content: '<x/>',
      },
    ]
    const pdf = await renderInvoicePdf(renderer, sampleInvoice(), { ...options, attachments })
    expect(Buffer.from(pdf).toString('latin1')).toMatch(/\/AFRelationship\s*\/Alternative/)
  })
})

describe('receipts and credit notes', () => {
  const settledAt = parseInstant('2026-03-03T08:00:00Z')
  const paid = sampleInvoice({
    status: 'paid',
    paidMinor: 31291n,
    openMinor: 0n,
    settledAt,
    payments: [{ id: 'pay_1', kind: 'transfer', amountMinor: 31291n, settledAt }],
  })

  it('says when and how an invoice was paid, and asks for nothing any more', async () => {
    const text = (await pagesOf(await renderReceiptPdf(renderer, paid, options))).join(' ')
    for (const fact of ['Receipt', 'Paid on', 'Bank transfer, Mar 3, 2026 €312.91'])
      expect(text).toContain(fact)
    expect(text).not.toContain('IBAN')
    expect(await textOf(paid)).not.toContain('IBAN')
    await expect(renderReceiptPdf(renderer, sampleInvoice())).rejects.toMatchObject({
      code: 'conflict',
    })
    // Settled by credit notes alone: nothing was received.
    const credited = { ...paid, paidMinor: 0n, payments: [], creditedMinor: 31291n }
    await expect(renderReceiptPdf(renderer, credited)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('names the invoice it corrects, with its share of the tax', async () => {
    const [tax] = sampleInvoice().taxes
    if (!tax) throw new Error('no tax to share')
    const note = {
      id: 'cn_1',
      number: 'CN-2026-03-0001',
      reason: 'outage',
      createdAt: parseInstant('2026-03-09T10:30:00Z'),
      netMinor: 1000n,
      taxMinor: 190n,
      totalMinor: 1190n,
      taxes: [{ ...tax, baseMinor: 1000n, amountMinor: 190n }],
      invoice: sampleInvoice(),
    }
    const [text = ''] = await pagesOf(await renderCreditNotePdf(renderer, note, options))
    for (const fact of [
      'Credit note',
      'CN-2026-03-0001',
      'INV-2026-02-0047',
      'outage',
      'VAT 19% · €10.00 · DE €1.90',
      'Total credited €11.90',
    ])
      expect(text).toContain(fact)
  })
})
