import {
  allowanceOf,
  dateOf,
  lineOf,
  partyOf,
  paymentOf,
  periodOf,
  sumsOf,
  taxOf,
} from './cii-parts.ts'
import type { ElectronicInvoice } from './model.ts'
import { branch, leaf, writeXml, type XmlElement } from './xml.ts'

// Also the identifier of Factur-X's EN 16931 profile.
const SPECIFICATION = 'urn:cen.eu:en16931:2017'
const UNECE = 'urn:un:unece:uncefact:data'

const NAMESPACES = {
  'xmlns:rsm': `${UNECE}:standard:CrossIndustryInvoice:100`,
  'xmlns:ram': `${UNECE}:standard:ReusableAggregateBusinessInformationEntity:100`,
  'xmlns:qdt': `${UNECE}:standard:QualifiedDataType:100`,
  'xmlns:udt': `${UNECE}:standard:UnqualifiedDataType:100`,
}

/**
 * UN/CEFACT Cross Industry Invoice after CEN/TS 16931-3-3, kept to what Factur-X's EN 16931 profile allows: the same
 * document is the `factur-x.xml` inside a PDF.
 */
export function writeCii(doc: ElectronicInvoice): string {
  return writeXml('rsm:CrossIndustryInvoice', NAMESPACES, [
    branch(
      'rsm:ExchangedDocumentContext',
      branch('ram:GuidelineSpecifiedDocumentContextParameter', leaf('ram:ID', SPECIFICATION)),
    ),
    branch(
      'rsm:ExchangedDocument',
      leaf('ram:ID', doc.number),
      leaf('ram:TypeCode', doc.kind === 'invoice' ? '380' : '381'),
      dateOf('ram:IssueDateTime', doc.issueDate),
      doc.notes.map((note) => branch('ram:IncludedNote', leaf('ram:Content', note))),
    ),
    branch(
      'rsm:SupplyChainTradeTransaction',
      doc.lines.map((line) => lineOf(line, doc.tax)),
      branch(
        'ram:ApplicableHeaderTradeAgreement',
        partyOf('ram:SellerTradeParty', doc.seller, { contact: true }),
        partyOf('ram:BuyerTradeParty', doc.buyer, { contact: false }),
      ),
      // Must be there, and has nothing to say of a service.
      { name: 'ram:ApplicableHeaderTradeDelivery', attributes: {}, content: [] },
      settlementOf(doc),
    ),
  ])
}

function settlementOf(doc: ElectronicInvoice): XmlElement | null {
  return branch(
    'ram:ApplicableHeaderTradeSettlement',
    leaf('ram:PaymentReference', doc.payment?.reference ?? null),
    leaf('ram:InvoiceCurrencyCode', doc.currency),
    doc.payment && paymentOf(doc.payment),
    taxOf(doc.tax),
    periodOf(doc.period),
    doc.allowances.map((allowance) => allowanceOf(allowance, doc.tax)),
    branch(
      'ram:SpecifiedTradePaymentTerms',
      leaf('ram:Description', doc.paymentTerms),
      doc.dueDate === null ? null : dateOf('ram:DueDateDateTime', doc.dueDate),
    ),
    sumsOf(doc),
    doc.preceding &&
      branch(
        'ram:InvoiceReferencedDocument',
        leaf('ram:IssuerAssignedID', doc.preceding.number),
        dateOf('ram:FormattedIssueDateTime', doc.preceding.issueDate, 'qdt'),
      ),
  )
}
