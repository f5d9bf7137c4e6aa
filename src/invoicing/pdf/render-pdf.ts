import { readFileSync } from 'node:fs'
import type { DocumentRenderer } from '#src/gateways/documents/renderer.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { Instant } from '#src/kernel/time.ts'
import type { CreditNoteDocument } from '../credit-note-document.ts'
import type { InvoiceDocument } from '../document.ts'
import { facturXAttachment, markFacturX, xmlWherePossible } from '../einvoice/factur-x.ts'
import { renderCreditNoteXml, renderInvoiceXml } from '../einvoice/render.ts'
import { viewOf, type InvoiceView } from '../view.ts'
import { creditNotePage } from './credit-note-page.ts'
import { invoicePage } from './invoice-page.ts'
import type { PageData } from './page-data.ts'
import { logoOf } from './page-parts.ts'
import { qrSvg } from './qr.ts'
import { receiptPage } from './receipt-page.ts'

export interface PdfOptions {
  /** Base of the hosted pages; without it there is no link and no QR code. */
  readonly publicUrl?: string
}

const TEMPLATE = readFileSync(new URL('./document.typ', import.meta.url), 'utf8')

/**
 * An invoice as PDF/A-3b in the customer's language, with its e-invoice in it (Factur-X) where one can be made. The same
 * document gives the same bytes.
 * @throws unavailable when the renderer fails.
 */
export function renderInvoicePdf(
  renderer: DocumentRenderer,
  doc: InvoiceDocument,
  options: PdfOptions = {},
): Promise<Uint8Array> {
  const view = viewOf(doc, options.publicUrl)
  const xml = xmlWherePossible(() => renderInvoiceXml(doc, 'facturx'))
  return renderPage(renderer, view, invoicePage, doc.finalizedAt ?? doc.createdAt, xml)
}

/**
 * The receipt of what was paid of an invoice so far.
 * @throws conflict unless something was paid, not merely credited; unavailable when the renderer fails.
 */
export async function renderReceiptPdf(
  renderer: DocumentRenderer,
  doc: InvoiceDocument,
  options: PdfOptions = {},
): Promise<Uint8Array> {
  if (doc.paidMinor === 0n)
    throw new AppError(
      'conflict',
      `nothing was paid of invoice ${doc.number ?? doc.id}: no receipt`,
    )
  const view = viewOf(doc, options.publicUrl)
  return renderPage(renderer, view, receiptPage, doc.settledAt ?? doc.createdAt, null)
}

/**
 * A credit note, with its e-invoice like the invoice's own.
 * @throws unavailable when the renderer fails.
 */
export function renderCreditNotePdf(
  renderer: DocumentRenderer,
  note: CreditNoteDocument,
  options: PdfOptions = {},
): Promise<Uint8Array> {
  const page = (shown: InvoiceView) => creditNotePage(shown, note)
  const view = viewOf(note.invoice, options.publicUrl)
  const xml = xmlWherePossible(() => renderCreditNoteXml(note, 'facturx'))
  return renderPage(renderer, view, page, note.createdAt, xml)
}

async function renderPage(
  renderer: DocumentRenderer,
  view: InvoiceView,
  pageOf: (view: InvoiceView) => PageData,
  createdAt: Instant,
  xml: string | null,
): Promise<Uint8Array> {
  const data = pageOf(view)
  const logo = logoOf(view.doc)
  const url = data.payment?.link?.url
  const files = [
    ...(logo === null ? [] : [logo]),
    ...(data.qrFile === null || url === undefined
      ? []
      : [{ name: data.qrFile, content: qrSvg(url) }]),
  ]
  try {
    const attachments = xml === null ? [] : [facturXAttachment(xml)]
    const pdf = await renderer.render({ template: TEMPLATE, data, files, attachments, createdAt })
    return xml === null ? pdf : markFacturX(pdf)
  } catch (error) {
    // A picture that is none must not hold back an invoice: it goes out with the company's mark instead.
    if (logo === null || !(error instanceof AppError) || error.code !== 'refused') throw error
    const presentation = { ...view.doc.presentation, logo: null }
    const plain = { ...view, doc: { ...view.doc, presentation } }
    return renderPage(renderer, plain, pageOf, createdAt, xml)
  }
}
