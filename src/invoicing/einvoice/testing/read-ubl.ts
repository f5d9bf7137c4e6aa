import { nodesAt, readXml, textAt, type XmlNode } from './read-xml.ts'
import type { LineTerms, PartyTerms, Span, Terms } from './terms.ts'

/** Reads UBL by the binding of CEN/TS 16931-3-2, independently of the writer. */
export function readUbl(xml: string): Terms {
  const root = readXml(xml)
  const invoice = root.name === 'Invoice'
  const [means] = nodesAt(root, 'cac:PaymentMeans')
  const [preceding] = nodesAt(root, 'cac:BillingReference/cac:InvoiceDocumentReference')
  const total = (name: string) => textAt(root, `cac:LegalMonetaryTotal/cbc:${name}`)
  const currency = textAt(root, 'cbc:DocumentCurrencyCode')
  for (const node of everyNode(root))
    if ((node.attributes['currencyID'] ?? currency) !== currency)
      throw new Error('mixed currencies')
  return {
    specification: textAt(root, 'cbc:CustomizationID'),
    number: textAt(root, 'cbc:ID'),
    issueDate: textAt(root, 'cbc:IssueDate'),
    typeCode: textAt(root, invoice ? 'cbc:InvoiceTypeCode' : 'cbc:CreditNoteTypeCode'),
    currency,
    dueDate: textAt(root, 'cbc:DueDate'),
    paymentTerms: textAt(root, 'cac:PaymentTerms/cbc:Note'),
    notes: nodesAt(root, 'cbc:Note').map(({ text }) => text),
    period: spanOf(root),
    preceding: preceding
      ? { number: textAt(preceding, 'cbc:ID'), issueDate: textAt(preceding, 'cbc:IssueDate') }
      : null,
    seller: partyOf(root, 'cac:AccountingSupplierParty/cac:Party'),
    buyer: partyOf(root, 'cac:AccountingCustomerParty/cac:Party'),
    payment: means
      ? {
          code: textAt(means, 'cbc:PaymentMeansCode'),
          account: textAt(means, 'cac:PayeeFinancialAccount/cbc:ID'),
          accountName: textAt(means, 'cac:PayeeFinancialAccount/cbc:Name'),
          bic: textAt(means, 'cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID'),
        }
      : null,
    reference: means ? textAt(means, 'cbc:PaymentID') : null,
    allowances: nodesAt(root, 'cac:AllowanceCharge').map((node) => ({
      ...categoryOf(node, 'cac:TaxCategory'),
      amount: textAt(node, 'cbc:Amount'),
      reason: textAt(node, 'cbc:AllowanceChargeReason'),
      reasonCode: textAt(node, 'cbc:AllowanceChargeReasonCode'),
    })),
    breakdown: nodesAt(root, 'cac:TaxTotal/cac:TaxSubtotal').map((node) => ({
      ...categoryOf(node, 'cac:TaxCategory'),
      basis: textAt(node, 'cbc:TaxableAmount'),
      amount: textAt(node, 'cbc:TaxAmount'),
      reason: textAt(node, 'cac:TaxCategory/cbc:TaxExemptionReason'),
      reasonCode: textAt(node, 'cac:TaxCategory/cbc:TaxExemptionReasonCode'),
    })),
    sums: {
      lines: total('LineExtensionAmount'),
      allowances: total('AllowanceTotalAmount'),
      net: total('TaxExclusiveAmount'),
      tax: textAt(root, 'cac:TaxTotal/cbc:TaxAmount'),
      gross: total('TaxInclusiveAmount'),
      due: total('PayableAmount'),
    },
    lines: nodesAt(root, invoice ? 'cac:InvoiceLine' : 'cac:CreditNoteLine').map((node) =>
      lineOf(node, invoice ? 'cbc:InvoicedQuantity' : 'cbc:CreditedQuantity'),
    ),
  }
}

function lineOf(node: XmlNode, quantity: string): LineTerms {
  const base = nodesAt(node, 'cac:Price/cbc:BaseQuantity')[0]
  return {
    ...categoryOf(node, 'cac:Item/cac:ClassifiedTaxCategory'),
    id: textAt(node, 'cbc:ID'),
    name: textAt(node, 'cac:Item/cbc:Name'),
    description: textAt(node, 'cac:Item/cbc:Description'),
    itemId: textAt(node, 'cac:Item/cac:SellersItemIdentification/cbc:ID'),
    quantity: textAt(node, quantity),
    unit: nodesAt(node, quantity)[0]?.attributes['unitCode'] ?? null,
    net: textAt(node, 'cbc:LineExtensionAmount'),
    price: textAt(node, 'cac:Price/cbc:PriceAmount'),
    base: base?.text ?? null,
    baseUnit: base?.attributes['unitCode'] ?? null,
    period: spanOf(node),
  }
}

function partyOf(root: XmlNode, path: string): PartyTerms {
  const [node] = nodesAt(root, path)
  if (!node) throw new Error(`no ${path}`)
  const [endpoint] = nodesAt(node, 'cbc:EndpointID')
  const [address] = nodesAt(node, 'cac:PostalAddress')
  const taxId = (scheme: string) =>
    nodesAt(node, 'cac:PartyTaxScheme')
      .filter((tax) => textAt(tax, 'cac:TaxScheme/cbc:ID') === scheme)
      .map((tax) => textAt(tax, 'cbc:CompanyID'))[0] ?? null
  return {
    name: textAt(node, 'cac:PartyLegalEntity/cbc:RegistrationName'),
    identifier: textAt(node, 'cac:PartyIdentification/cbc:ID'),
    registration: textAt(node, 'cac:PartyLegalEntity/cbc:CompanyID'),
    vatId: taxId('VAT'),
    taxNumber: taxId('FC'),
    endpoint: endpoint?.text ?? null,
    endpointScheme: endpoint?.attributes['schemeID'] ?? null,
    contact: textAt(node, 'cac:Contact/cbc:ElectronicMail'),
    address: address
      ? [
          textAt(address, 'cbc:StreetName'),
          textAt(address, 'cbc:AdditionalStreetName'),
          textAt(address, 'cac:AddressLine/cbc:Line'),
          textAt(address, 'cbc:CityName'),
          textAt(address, 'cbc:PostalZone'),
          textAt(address, 'cbc:CountrySubentity'),
        ]
      : null,
    country: textAt(node, 'cac:PostalAddress/cac:Country/cbc:IdentificationCode'),
  }
}

function categoryOf(node: XmlNode, path: string) {
  const [category] = nodesAt(node, path)
  if (!category || textAt(category, 'cac:TaxScheme/cbc:ID') !== 'VAT')
    return { category: null, rate: null }
  return { category: textAt(category, 'cbc:ID'), rate: textAt(category, 'cbc:Percent') }
}

function spanOf(node: XmlNode): Span | null {
  const [period] = nodesAt(node, 'cac:InvoicePeriod')
  return period
    ? { start: textAt(period, 'cbc:StartDate'), end: textAt(period, 'cbc:EndDate') }
    : null
}

function everyNode(node: XmlNode): XmlNode[] {
  return [node, ...node.children.flatMap(everyNode)]
}
