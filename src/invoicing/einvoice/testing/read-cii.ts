import { nodesAt, readXml, textAt, type XmlNode } from './read-xml.ts'
import type { LineTerms, PartyTerms, Span, Terms } from './terms.ts'

/** Reads CII by the binding of CEN/TS 16931-3-3, independently of the writer. */
export function readCii(xml: string): Terms {
  const root = readXml(xml)
  const agreement = only(root, 'rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeAgreement')
  const settled = only(root, 'rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeSettlement')
  const document = only(root, 'rsm:ExchangedDocument')
  only(root, 'rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeDelivery')
  const currency = textAt(settled, 'ram:InvoiceCurrencyCode')
  const summation = only(settled, 'ram:SpecifiedTradeSettlementHeaderMonetarySummation')
  const [tax] = nodesAt(summation, 'ram:TaxTotalAmount')
  if (tax?.attributes['currencyID'] !== currency) throw new Error('BR-CO-15: tax currency')
  const [means] = nodesAt(settled, 'ram:SpecifiedTradeSettlementPaymentMeans')
  const account = 'ram:PayeePartyCreditorFinancialAccount'
  const [preceding] = nodesAt(settled, 'ram:InvoiceReferencedDocument')
  return {
    specification: textAt(
      root,
      'rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID',
    ),
    number: textAt(document, 'ram:ID'),
    issueDate: dayAt(document, 'ram:IssueDateTime'),
    typeCode: textAt(document, 'ram:TypeCode'),
    currency,
    dueDate: dayAt(settled, 'ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime'),
    paymentTerms: textAt(settled, 'ram:SpecifiedTradePaymentTerms/ram:Description'),
    notes: nodesAt(document, 'ram:IncludedNote/ram:Content').map(({ text }) => text),
    period: spanOf(settled),
    preceding: preceding
      ? {
          number: textAt(preceding, 'ram:IssuerAssignedID'),
          issueDate: dayAt(preceding, 'ram:FormattedIssueDateTime', 'qdt'),
        }
      : null,
    seller: partyOf(only(agreement, 'ram:SellerTradeParty')),
    buyer: partyOf(only(agreement, 'ram:BuyerTradeParty')),
    payment: means
      ? {
          code: textAt(means, 'ram:TypeCode'),
          account:
            textAt(means, `${account}/ram:IBANID`) ?? textAt(means, `${account}/ram:ProprietaryID`),
          accountName: textAt(means, `${account}/ram:AccountName`),
          bic: textAt(means, 'ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID'),
        }
      : null,
    reference: textAt(settled, 'ram:PaymentReference'),
    allowances: nodesAt(settled, 'ram:SpecifiedTradeAllowanceCharge').map((node) => ({
      ...categoryOf(only(node, 'ram:CategoryTradeTax')),
      amount: textAt(node, 'ram:ActualAmount'),
      reason: textAt(node, 'ram:Reason'),
      reasonCode: textAt(node, 'ram:ReasonCode'),
    })),
    breakdown: nodesAt(settled, 'ram:ApplicableTradeTax').map((node) => ({
      ...categoryOf(node),
      basis: textAt(node, 'ram:BasisAmount'),
      amount: textAt(node, 'ram:CalculatedAmount'),
      reason: textAt(node, 'ram:ExemptionReason'),
      reasonCode: textAt(node, 'ram:ExemptionReasonCode'),
    })),
    sums: {
      lines: textAt(summation, 'ram:LineTotalAmount'),
      allowances: textAt(summation, 'ram:AllowanceTotalAmount'),
      net: textAt(summation, 'ram:TaxBasisTotalAmount'),
      tax: tax.text,
      gross: textAt(summation, 'ram:GrandTotalAmount'),
      due: textAt(summation, 'ram:DuePayableAmount'),
    },
    lines: nodesAt(
      root,
      'rsm:SupplyChainTradeTransaction/ram:IncludedSupplyChainTradeLineItem',
    ).map(lineOf),
  }
}

function lineOf(node: XmlNode): LineTerms {
  const settled = only(node, 'ram:SpecifiedLineTradeSettlement')
  const price = only(node, 'ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice')
  const quantity = only(node, 'ram:SpecifiedLineTradeDelivery/ram:BilledQuantity')
  const base = only(price, 'ram:BasisQuantity')
  return {
    ...categoryOf(only(settled, 'ram:ApplicableTradeTax')),
    id: textAt(node, 'ram:AssociatedDocumentLineDocument/ram:LineID'),
    name: textAt(node, 'ram:SpecifiedTradeProduct/ram:Name'),
    description: textAt(node, 'ram:SpecifiedTradeProduct/ram:Description'),
    itemId: textAt(node, 'ram:SpecifiedTradeProduct/ram:SellerAssignedID'),
    quantity: quantity.text,
    unit: quantity.attributes['unitCode'] ?? null,
    net: textAt(settled, 'ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount'),
    price: textAt(price, 'ram:ChargeAmount'),
    base: base.text,
    baseUnit: base.attributes['unitCode'] ?? null,
    period: spanOf(settled),
  }
}

function partyOf(node: XmlNode): PartyTerms {
  const [endpoint] = nodesAt(node, 'ram:URIUniversalCommunication/ram:URIID')
  const [address] = nodesAt(node, 'ram:PostalTradeAddress')
  const taxId = (scheme: string) =>
    nodesAt(node, 'ram:SpecifiedTaxRegistration/ram:ID').find(
      ({ attributes }) => attributes['schemeID'] === scheme,
    )?.text ?? null
  return {
    name: textAt(node, 'ram:Name'),
    identifier: textAt(node, 'ram:ID'),
    registration: textAt(node, 'ram:SpecifiedLegalOrganization/ram:ID'),
    vatId: taxId('VA'),
    taxNumber: taxId('FC'),
    endpoint: endpoint?.text ?? null,
    endpointScheme: endpoint?.attributes['schemeID'] ?? null,
    contact: textAt(node, 'ram:DefinedTradeContact/ram:EmailURIUniversalCommunication/ram:URIID'),
    address: address
      ? [
          textAt(address, 'ram:LineOne'),
          textAt(address, 'ram:LineTwo'),
          textAt(address, 'ram:LineThree'),
          textAt(address, 'ram:CityName'),
          textAt(address, 'ram:PostcodeCode'),
          textAt(address, 'ram:CountrySubDivisionName'),
        ]
      : null,
    country: textAt(node, 'ram:PostalTradeAddress/ram:CountryID'),
  }
}

function categoryOf(node: XmlNode) {
  if (textAt(node, 'ram:TypeCode') !== 'VAT') return { category: null, rate: null }
  return {
    category: textAt(node, 'ram:CategoryCode'),
    rate: textAt(node, 'ram:RateApplicablePercent'),
  }
}

function spanOf(node: XmlNode): Span | null {
  const [period] = nodesAt(node, 'ram:BillingSpecifiedPeriod')
  return period
    ? { start: dayAt(period, 'ram:StartDateTime'), end: dayAt(period, 'ram:EndDateTime') }
    : null
}

function dayAt(node: XmlNode, path: string, types: 'udt' | 'qdt' = 'udt'): string | null {
  const [date] = nodesAt(node, `${path}/${types}:DateTimeString`)
  if (!date) return null
  if (date.attributes['format'] !== '102') throw new Error(`${path}: not format 102`)
  return date.text.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3')
}

function only(node: XmlNode, path: string): XmlNode {
  const [found, ...others] = nodesAt(node, path)
  if (!found || others.length > 0) throw new Error(`not exactly one ${path}`)
  return found
}
