import { inflateSync } from 'node:zlib'
import { getDocumentProxy } from 'unpdf'
import { afterAll, describe, expect, it } from 'vitest'
import { typstRenderer } from '#src/gateways/documents/typst-renderer.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import type { InvoiceDocument } from '../document.ts'
import { extendMetadata } from '../einvoice/pdf-metadata.ts'
import { renderCreditNoteXml, renderInvoiceXml } from '../einvoice/render.ts'
import { creditOf } from '../einvoice/testing/documents.ts'
import { sampleInvoice } from '../testing/sample-invoice.ts'
import { renderCreditNotePdf, renderInvoicePdf, renderReceiptPdf } from './render-pdf.ts'

const renderer = typstRenderer()
afterAll(() => renderer.close())

/** The names a reader lists, and what the files hold, out of the raw bytes. */
async function filesIn(pdf: Uint8Array): Promise<{ names: string[]; contents: string[] }> {
  const document = await getDocumentProxy(new Uint8Array(pdf))
  const listed = (await document.getAttachments()) as ReadonlyMap<string, unknown> | null
  const text = Buffer.from(pdf).toString('latin1')
  const streams = text.matchAll(
    /<<(?:(?!endobj)[\s\S])*?\/Type \/EmbeddedFile\b[\s\S]*?\nstream\n/g,
  )
  const contents = [...streams].map(({ 0: head, index }) => {
    const length = Number(/\/Length (\d+)/.exec(head)?.[1])
    return inflateSync(pdf.slice(index + head.length, index + head.length + length)).toString()
  })
  return { names: [...(listed?.keys() ?? [])], contents }
}

const NONE = { names: [], contents: [] }

/** The document's XMP, out of the raw bytes. */
function metadataOf(pdf: Uint8Array): string {
  const text = Buffer.from(pdf).toString('latin1')
  const [, length = '', xmp = ''] =
    /\/Length (\d+)\s+\/Type \/Metadata\s+\/Subtype \/XML\s+>>\s+stream\n([\s\S]*?)\s+endstream/.exec(
      text,
    ) ?? []
  expect(xmp).toHaveLength(Number(length))
  return xmp
}

/** Every object stands where the table of offsets says, and the table where the end says. */
function expectSoundOffsets(pdf: Uint8Array): void {
  const text = Buffer.from(pdf).toString('latin1')
  const table = Number(/startxref\n(\d+)\n%%EOF\s*$/.exec(text)?.[1])
  expect(text.slice(table, table + 5)).toBe('xref\n')
  const [, count = ''] = /^xref\n0 (\d+)\r?\n/.exec(text.slice(table)) ?? []
  const rows = [...text.slice(table).matchAll(/(\d{10}) \d{5} ([nf])/g)]
  expect(rows).toHaveLength(Number(count))
  const misplaced = rows.filter(
    ([, offset, use], number) =>
      use === 'n' && !text.slice(Number(offset)).startsWith(`${number} 0 obj`),
  )
  expect(misplaced).toEqual([])
}

describe('the e-invoice inside of the PDF', () => {
  it('is the CII of the invoice, named and described as Factur-X wants it', async () => {
    const pdf = await renderInvoicePdf(renderer, sampleInvoice())
    expect(await filesIn(pdf)).toEqual({
      names: ['factur-x.xml'],
      contents: [renderInvoiceXml(sampleInvoice(), 'facturx')],
    })
    const xmp = metadataOf(pdf)
    for (const said of [
      '<fx:DocumentType>INVOICE</fx:DocumentType>',
      '<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>',
      '<fx:Version>1.0</fx:Version>',
      '<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>',
      '<pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#<',
      '<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B<',
    ])
      expect(xmp).toContain(said)
    expect(xmp.match(/<pdfaExtension:schemas>/g)).toHaveLength(1)
    const raw = Buffer.from(pdf).toString('latin1')
    expect(raw).toMatch(/\/AFRelationship \/Alternative/)
    expect(raw).toMatch(/\/AF \[\d+ 0 R\]/)
    expectSoundOffsets(pdf)
  })

  it('is that of a credit note, which refers to its invoice', async () => {
    const note = creditOf(sampleInvoice(), 1000n)
    const pdf = await renderCreditNotePdf(renderer, note)
    expect(await filesIn(pdf)).toEqual({
      names: ['factur-x.xml'],
      contents: [renderCreditNoteXml(note, 'facturx')],
    })
    expectSoundOffsets(pdf)
  })

  const { seller } = sampleInvoice()
  it.each<[string, Partial<InvoiceDocument>]>([
    ['a draft', { status: 'draft', number: null, finalizedAt: null }],
    ['a void invoice', { status: 'void' }],
    ['a seller without tax number', { seller: { ...seller, taxId: null } }],
    ['thousandths of a dinar', { currency: parseCurrency('KWD') }],
  ])('is left out for %s: the page goes out all the same', async (_title, changes) => {
    const pdf = await renderInvoicePdf(renderer, sampleInvoice(changes))
    expect(await filesIn(pdf)).toEqual(NONE)
    expect(metadataOf(pdf)).not.toContain('fx:')
  })

  it('is not in a receipt, which is no invoice', async () => {
    const paid = sampleInvoice({ status: 'paid', paidMinor: 31291n, openMinor: 0n })
    expect(await filesIn(await renderReceiptPdf(renderer, paid))).toEqual(NONE)
  })

  it('is never written into a file that is not made as expected', () => {
    const additions = { description: '<a/>', schema: '<b/>' }
    expect(() => extendMetadata(Buffer.from('%PDF-1.7\n%%EOF'), additions)).toThrow(/not written/)
  })
})

describe('what PDF/A-3b asks of every document', () => {
  it('is kept: fonts inside, one output intent with its profile, no script, no transparency group of the page', async () => {
    const pdf = await renderInvoicePdf(renderer, sampleInvoice({ status: 'void' }))
    const raw = Buffer.from(pdf).toString('latin1')
    const fonts = raw.match(/\/Type \/FontDescriptor/g) ?? []
    expect(fonts.length).toBeGreaterThan(0)
    expect(raw.match(/\/FontFile[23] \d+ 0 R/g)).toHaveLength(fonts.length)
    expect(raw.match(/\/S \/GTS_PDFA1/g)).toHaveLength(1)
    expect(raw).toMatch(/\/DestOutputProfile \d+ 0 R/)
    expect(raw).not.toMatch(/\/JavaScript|\/Launch|\/Encrypt|\/SMask/)
    expect(raw).not.toMatch(/\/(ca|CA) 0/)
    expect(raw).toMatch(/\/ID \[\(/)
    expect(raw).toMatch(/\/Lang \(en/)
  })
})
