import type { ElectronicInvoice } from './model.ts'
import {
  allowanceOf,
  lineOf,
  partyOf,
  paymentOf,
  periodOf,
  taxTotalOf,
  totalsOf,
} from './ubl-parts.ts'
import { branch, leaf, writeXml, type XmlElement } from './xml.ts'

const SPECIFICATION = 'urn:cen.eu:en16931:2017'
const OASIS = 'urn:oasis:names:specification:ubl:schema:xsd'

/** UBL 2.1 Invoice or CreditNote after CEN/TS 16931-3-2; elements in the order of the OASIS schemas. */
export function writeUbl(doc: ElectronicInvoice): string {
  const root = doc.kind === 'invoice' ? 'Invoice' : 'CreditNote'
  const namespaces = {
    xmlns: `${OASIS}:${root}-2`,
    'xmlns:cac': `${OASIS}:CommonAggregateComponents-2`,
    'xmlns:cbc': `${OASIS}:CommonBasicComponents-2`,
  }
  return writeXml(root, namespaces, [
    leaf('cbc:CustomizationID', SPECIFICATION),
    leaf('cbc:ID', doc.number),
    leaf('cbc:IssueDate', doc.issueDate),
    ...(doc.kind === 'invoice'
      ? [leaf('cbc:DueDate', doc.dueDate), leaf('cbc:InvoiceTypeCode', '380')]
      : [leaf('cbc:CreditNoteTypeCode', '381')]),
    doc.notes.map((note) => leaf('cbc:Note', note)),
    leaf('cbc:DocumentCurrencyCode', doc.currency),
    periodOf(doc.period),
    precedingOf(doc),
    branch('cac:AccountingSupplierParty', partyOf(doc.seller, { contact: true })),
    branch('cac:AccountingCustomerParty', partyOf(doc.buyer, { contact: false })),
    doc.payment && paymentOf(doc.payment),
    branch('cac:PaymentTerms', leaf('cbc:Note', doc.paymentTerms)),
    doc.allowances.map((allowance) => allowanceOf(allowance, doc)),
    taxTotalOf(doc),
    totalsOf(doc),
    doc.lines.map((line) => lineOf(line, doc)),
  ])
}

function precedingOf({ preceding }: ElectronicInvoice): XmlElement | null {
  if (preceding === null) return null
  return branch(
    'cac:BillingReference',
    branch(
      'cac:InvoiceDocumentReference',
      leaf('cbc:ID', preceding.number),
      leaf('cbc:IssueDate', preceding.issueDate),
    ),
  )
}
