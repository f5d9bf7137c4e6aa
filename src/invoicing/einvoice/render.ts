import type { CreditNoteDocument } from '../credit-note-document.ts'
import type { InvoiceDocument } from '../document.ts'
import { writeCii } from './cii.ts'
import { electronicCreditNote } from './from-credit-note.ts'
import { electronicInvoice } from './from-invoice.ts'
import type { ElectronicInvoice } from './model.ts'
import { writeUbl } from './ubl.ts'

/** `facturx` is the CII that goes into a PDF as `factur-x.xml` (profile EN 16931). */
export const XML_FORMATS = ['ubl', 'cii', 'facturx'] as const
export type XmlFormat = (typeof XML_FORMATS)[number]

/**
 * A finalized invoice as an electronic one after EN 16931.
 * @throws refused naming each field that is missing: never an invalid file.
 */
export function renderInvoiceXml(doc: InvoiceDocument, format: XmlFormat): string {
  return write(electronicInvoice(doc), format)
}

/**
 * A credit note, with its reference to the invoice.
 * @throws refused naming each field that is missing.
 */
export function renderCreditNoteXml(note: CreditNoteDocument, format: XmlFormat): string {
  return write(electronicCreditNote(note), format)
}

function write(doc: ElectronicInvoice, format: XmlFormat): string {
  switch (format) {
    case 'ubl':
      return writeUbl(doc)
    case 'cii':
    case 'facturx':
      return writeCii(doc)
  }
}
