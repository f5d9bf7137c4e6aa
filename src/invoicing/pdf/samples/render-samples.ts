import type { DocumentRenderer } from '#src/gateways/documents/renderer.ts'
import { renderCreditNotePdf, renderInvoicePdf, renderReceiptPdf } from '../render-pdf.ts'
import { paidInvoice, sampleCreditNote } from './make-invoice.ts'
import { samplesOfPlaces } from './places.ts'
import { samplesOfShapes } from './shapes.ts'

const PUBLIC_URL = 'https://billing.acme.example'

/** One document of every kind there is, by file name. */
export async function renderSamples(renderer: DocumentRenderer): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  const options = { publicUrl: PUBLIC_URL }
  for (const [name, doc] of Object.entries({ ...samplesOfShapes(), ...samplesOfPlaces() }))
    files.set(`${name}.pdf`, await renderInvoicePdf(renderer, doc, options))
  files.set('receipt.pdf', await renderReceiptPdf(renderer, paidInvoice(), options))
  files.set('credit-note.pdf', await renderCreditNotePdf(renderer, sampleCreditNote(), options))
  return files
}
