import { extractText, getDocumentProxy, getMeta } from 'unpdf'
import { afterAll, describe, expect, it } from 'vitest'
import { typstRenderer } from '#src/gateways/documents/typst-renderer.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { parseDecimal } from '#src/kernel/decimal.ts'
import { parseInstant } from '#src/kernel/time.ts'
import type { InvoiceDocument } from '../document.ts'
import { sampleInvoice } from '../testing/sample-invoice.ts'
import { phrase } from '#src/pricing/phrases.ts'
import { renderCreditNotePdf, renderInvoicePdf, renderReceiptPdf } from './render-pdf.ts'
import { readQr } from './testing/read-qr.ts'

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
      'VAT 19% (Germany) on €262.95 €49.96',
      'Please pay €312.91 by Mar 31, 2026.',
      'Service period Feb 1 – 28, 2026',
      'Total €312.91',
      'DE89 3704 0044 0532 0130 00',
      'RF89INV2026020047',
      'https://billing.acme.example/i/0123456789abcdef0123456789abcdef012345',
      'VAT ID DE123456788',
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
})

describe('the pages of a long invoice', () => {
  const [line] = sampleInvoice().lines
  if (!line) throw new Error('no line to repeat')
  /** Lines of two kinds of usage, whose names head them. */
  const listOf = (count: number) =>
    Array.from({ length: count }, (_, index) => {
      const subject = index < count / 2 ? 'Alpha usage' : 'Beta usage'
      const notes = [phrase('property', { text: `row-${index}.` })]
      const price = phrase('price', { price: parseDecimal('1') })
      return { ...line, metric: subject, wording: { subject, group: '', price, notes } }
    })
  const pagesFor = async (count: number) =>
    pagesOf(await renderInvoicePdf(renderer, sampleInvoice({ lines: listOf(count) }), options))

  it('name the usage again that goes on from the page before', async () => {
    const pages = await pagesFor(150)
    const listing = pages.filter((text) => text.includes('Row-'))
    expect(listing.length).toBeGreaterThan(3)
    for (const page of listing) {
      const [, first = ''] = /Row-(\d+)\./.exec(page) ?? []
      const heading = page.slice(0, page.search(/Row-/))
      expect(heading).toContain(Number(first) < 75 ? 'Alpha usage' : 'Beta usage')
    }
  })

  it('never leave the sums alone, however many lines there are', async () => {
    for (let count = 18; count <= 44; count += 1) {
      const pages = await pagesFor(count)
      const page = pages.find((text) => text.includes('Subtotal')) ?? ''
      const rows = page.match(/row-\d+\./gi) ?? []
      expect(rows.length).toBeGreaterThanOrEqual(2)
      expect(rows.at(-1)?.toLowerCase()).toBe(`row-${count - 1}.`)
      expect(page).toContain('Amount due')
    }
  })
})

describe('what is printed to pay by', () => {
  it.each([
    ['transfer', ''],
    ['card', '/card'],
  ] as const)('is a code and a link to the page for %s', async (collection, path) => {
    const doc = sampleInvoice({ presentation: { ...presentation, collection } })
    const pdf = await renderInvoicePdf(renderer, doc, options)
    const url = `https://billing.acme.example/i/${doc.publicToken}${path}`
    expect(await readQr(pdf)).toBe(url)
    const page = await (await getDocumentProxy(new Uint8Array(pdf))).getPage(1)
    const links = (await page.getAnnotations()) as { url?: string }[]
    expect(new Set(links.map((link) => link.url))).toEqual(new Set([url]))
  })

  it('is the account for the currency, with what it has', async () => {
    const bank = {
      name: 'First Bank',
      iban: '',
      bic: 'FBUSUS33',
      holder: 'Acme API Inc.',
      accountNumber: '000123456789',
      routingNumber: '026009593',
    }
    const text = await textOf(sampleInvoice({ presentation: { ...presentation, bank } }))
    expect(text).toContain(
      'Account holder Acme API Inc. Bank First Bank BIC FBUSUS33 Account number 000123456789 Routing number 026009593',
    )
    expect(text).not.toContain('IBAN')
  })
})

describe('drafts, void and corrected invoices', () => {
  it('are told apart at a glance and ask for no money they are not owed', async () => {
    const draft = await textOf(sampleInvoice({ status: 'draft', number: null, finalizedAt: null }))
    expect(draft).toMatch(/Draft invoice.*Draft|Draft.*Draft invoice/)
    expect(draft).not.toMatch(/IBAN|Amount due/)
    const voided = await textOf(sampleInvoice({ status: 'void', openMinor: 0n }))
    expect(voided.match(/Void/g)).toHaveLength(2)
    expect(voided).not.toMatch(/IBAN|Amount due/)
    const corrects = {
      id: 'inv_1',
      number: 'INV-1',
      issuedAt: parseInstant('2026-03-01T12:00:00Z'),
    }
    expect(await textOf(sampleInvoice({ corrects }))).toMatch(
      /Corrected invoice.*Corrects invoice INV-1/,
    )
    const partly = await textOf(sampleInvoice({ paidMinor: 10000n, openMinor: 21291n }))
    expect(partly).toMatch(/Partly paid.*Paid -€100.00.*Amount due €212.91.*Please pay €212.91/)
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
      lines: [{ invoiceLine: 2, kind: 'usage', description: 'x', netMinor: 1000n }],
      invoice: sampleInvoice(),
    }
    const [text = ''] = await pagesOf(await renderCreditNotePdf(renderer, note, options))
    for (const fact of [
      'Credit note',
      'CN-2026-03-0001',
      'INV-2026-02-0047',
      'Reason: outage',
      'api_calls: 147,891 × EUR 0.0005 (over 100,000) €10.00',
      'VAT 19% (Germany) on €10.00 €1.90',
      'Total credited €11.90',
    ])
      expect(text).toContain(fact)
  })
})
