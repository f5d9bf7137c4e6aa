import type { DocumentRenderer } from '#src/gateways/documents/renderer.ts'
import { xmlWherePossible } from '../../einvoice/factur-x.ts'
import { renderCreditNoteXml, renderInvoiceXml } from '../../einvoice/render.ts'
import { renderInvoiceHtml } from '../../html.ts'
import { renderCreditNotePdf, renderInvoicePdf, renderReceiptPdf } from '../render-pdf.ts'
import { paidInvoice, sampleCreditNote } from './make-invoice.ts'
import { samplesOfPlaces } from './places.ts'
import { samplesOfShapes } from './shapes.ts'

const OPTIONS = { publicUrl: 'https://billing.acme.example' }

/**
 * One document of every kind there is, by file name: the PDF, the page, and the e-invoice as UBL and CII wherever one can
 * be made.
 */
export async function renderSamples(
  renderer: DocumentRenderer,
): Promise<Map<string, Uint8Array | string>> {
  const files = new Map<string, Uint8Array | string>()
  const addXml = (name: string, write: (format: 'ubl' | 'cii') => string) => {
    for (const format of ['ubl', 'cii'] as const) {
      const xml = xmlWherePossible(() => write(format))
      if (xml !== null) files.set(`${name}.${format}.xml`, xml)
    }
  }
  for (const [name, doc] of Object.entries({ ...samplesOfShapes(), ...samplesOfPlaces() })) {
    files.set(`${name}.pdf`, await renderInvoicePdf(renderer, doc, OPTIONS))
    files.set(`${name}.html`, renderInvoiceHtml(doc, OPTIONS))
    addXml(name, (format) => renderInvoiceXml(doc, format))
  }
  const note = sampleCreditNote()
  files.set('receipt.pdf', await renderReceiptPdf(renderer, paidInvoice(), OPTIONS))
  files.set('credit-note.pdf', await renderCreditNotePdf(renderer, note, OPTIONS))
  addXml('credit-note', (format) => renderCreditNoteXml(note, format))
  return files
}
