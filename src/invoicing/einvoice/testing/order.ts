import { readXml, type XmlNode } from './read-xml.ts'

const UBL_PARTY =
  'cbc:EndpointID cac:PartyIdentification cac:PartyName cac:PostalAddress cac:PartyTaxScheme cac:PartyLegalEntity cac:Contact'
const UBL_CATEGORY =
  'cbc:ID cbc:Name cbc:Percent cbc:TaxExemptionReasonCode cbc:TaxExemptionReason cac:TaxScheme'
const UBL_END =
  'cac:InvoicePeriod cac:OrderReference cac:BillingReference cac:AccountingSupplierParty cac:AccountingCustomerParty cac:Delivery cac:PaymentMeans cac:PaymentTerms cac:AllowanceCharge cac:TaxTotal cac:LegalMonetaryTotal'

// Source: the sequences of UBL-Invoice-2.1.xsd, UBL-CreditNote-2.1.xsd and UBL-CommonAggregateComponents-2.1.xsd.
const UBL: Readonly<Record<string, string>> = {
  Invoice: `cbc:CustomizationID cbc:ProfileID cbc:ID cbc:IssueDate cbc:DueDate cbc:InvoiceTypeCode cbc:Note* cbc:TaxPointDate cbc:DocumentCurrencyCode cbc:TaxCurrencyCode cbc:BuyerReference ${UBL_END.replace('AllowanceCharge', 'AllowanceCharge*')} cac:InvoiceLine*`,
  CreditNote: `cbc:CustomizationID cbc:ProfileID cbc:ID cbc:IssueDate cbc:TaxPointDate cbc:CreditNoteTypeCode cbc:Note* cbc:DocumentCurrencyCode cbc:TaxCurrencyCode cbc:BuyerReference ${UBL_END.replace('AllowanceCharge', 'AllowanceCharge*')} cac:CreditNoteLine*`,
  'cac:InvoicePeriod': 'cbc:StartDate cbc:EndDate',
  'cac:BillingReference': 'cac:InvoiceDocumentReference',
  'cac:InvoiceDocumentReference': 'cbc:ID cbc:IssueDate',
  'cac:AccountingSupplierParty': 'cac:Party',
  'cac:AccountingCustomerParty': 'cac:Party',
  'cac:Party': UBL_PARTY.replace('PartyTaxScheme', 'PartyTaxScheme*'),
  'cac:PartyIdentification': 'cbc:ID',
  'cac:PostalAddress':
    'cbc:StreetName cbc:AdditionalStreetName cbc:CityName cbc:PostalZone cbc:CountrySubentity cac:AddressLine cac:Country',
  'cac:AddressLine': 'cbc:Line',
  'cac:Country': 'cbc:IdentificationCode',
  'cac:PartyTaxScheme': 'cbc:CompanyID cac:TaxScheme',
  'cac:TaxScheme': 'cbc:ID',
  'cac:PartyLegalEntity': 'cbc:RegistrationName cbc:CompanyID',
  'cac:Contact': 'cbc:Name cbc:Telephone cbc:ElectronicMail',
  'cac:PaymentMeans':
    'cbc:PaymentMeansCode cbc:PaymentID cac:CardAccount cac:PayeeFinancialAccount',
  'cac:PayeeFinancialAccount': 'cbc:ID cbc:Name cac:FinancialInstitutionBranch',
  'cac:FinancialInstitutionBranch': 'cbc:ID',
  'cac:PaymentTerms': 'cbc:Note',
  'cac:AllowanceCharge':
    'cbc:ChargeIndicator cbc:AllowanceChargeReasonCode cbc:AllowanceChargeReason cbc:MultiplierFactorNumeric cbc:Amount cbc:BaseAmount cac:TaxCategory',
  'cac:TaxCategory': UBL_CATEGORY,
  'cac:ClassifiedTaxCategory': UBL_CATEGORY,
  'cac:TaxTotal': 'cbc:TaxAmount cac:TaxSubtotal*',
  'cac:TaxSubtotal': 'cbc:TaxableAmount cbc:TaxAmount cac:TaxCategory',
  'cac:LegalMonetaryTotal':
    'cbc:LineExtensionAmount cbc:TaxExclusiveAmount cbc:TaxInclusiveAmount cbc:AllowanceTotalAmount cbc:ChargeTotalAmount cbc:PrepaidAmount cbc:PayableRoundingAmount cbc:PayableAmount',
  'cac:InvoiceLine':
    'cbc:ID cbc:Note cbc:InvoicedQuantity cbc:LineExtensionAmount cac:InvoicePeriod cac:AllowanceCharge* cac:Item cac:Price',
  'cac:CreditNoteLine':
    'cbc:ID cbc:Note cbc:CreditedQuantity cbc:LineExtensionAmount cac:InvoicePeriod cac:AllowanceCharge* cac:Item cac:Price',
  'cac:Item':
    'cbc:Description cbc:Name cac:BuyersItemIdentification cac:SellersItemIdentification cac:ClassifiedTaxCategory',
  'cac:SellersItemIdentification': 'cbc:ID',
  'cac:Price': 'cbc:PriceAmount cbc:BaseQuantity cac:AllowanceCharge',
}

const CII_PARTY =
  'ram:ID ram:GlobalID ram:Name ram:Description ram:SpecifiedLegalOrganization ram:DefinedTradeContact ram:PostalTradeAddress ram:URIUniversalCommunication ram:SpecifiedTaxRegistration*'
const CII_TAX =
  'ram:CalculatedAmount ram:TypeCode ram:ExemptionReason ram:BasisAmount ram:CategoryCode ram:ExemptionReasonCode ram:TaxPointDate ram:DueDateTypeCode ram:RateApplicablePercent'

// Source: the sequences of Factur-X 1.07's schema of the profile EN 16931 (a subset of CII).
const CII: Readonly<Record<string, string>> = {
  'rsm:CrossIndustryInvoice':
    'rsm:ExchangedDocumentContext rsm:ExchangedDocument rsm:SupplyChainTradeTransaction',
  'rsm:ExchangedDocumentContext':
    'ram:BusinessProcessSpecifiedDocumentContextParameter ram:GuidelineSpecifiedDocumentContextParameter',
  'ram:GuidelineSpecifiedDocumentContextParameter': 'ram:ID',
  'rsm:ExchangedDocument': 'ram:ID ram:TypeCode ram:IssueDateTime ram:IncludedNote*',
  'ram:IncludedNote': 'ram:Content ram:SubjectCode',
  'rsm:SupplyChainTradeTransaction':
    'ram:IncludedSupplyChainTradeLineItem* ram:ApplicableHeaderTradeAgreement ram:ApplicableHeaderTradeDelivery ram:ApplicableHeaderTradeSettlement',
  'ram:IncludedSupplyChainTradeLineItem':
    'ram:AssociatedDocumentLineDocument ram:SpecifiedTradeProduct ram:SpecifiedLineTradeAgreement ram:SpecifiedLineTradeDelivery ram:SpecifiedLineTradeSettlement',
  'ram:AssociatedDocumentLineDocument': 'ram:LineID ram:IncludedNote',
  'ram:SpecifiedTradeProduct':
    'ram:GlobalID ram:SellerAssignedID ram:BuyerAssignedID ram:Name ram:Description',
  'ram:SpecifiedLineTradeAgreement':
    'ram:BuyerOrderReferencedDocument ram:GrossPriceProductTradePrice ram:NetPriceProductTradePrice',
  'ram:NetPriceProductTradePrice': 'ram:ChargeAmount ram:BasisQuantity',
  'ram:SpecifiedLineTradeDelivery': 'ram:BilledQuantity',
  'ram:SpecifiedLineTradeSettlement':
    'ram:ApplicableTradeTax ram:BillingSpecifiedPeriod ram:SpecifiedTradeAllowanceCharge* ram:SpecifiedTradeSettlementLineMonetarySummation',
  'ram:SpecifiedTradeSettlementLineMonetarySummation': 'ram:LineTotalAmount',
  'ram:ApplicableTradeTax': CII_TAX,
  'ram:CategoryTradeTax': 'ram:TypeCode ram:CategoryCode ram:RateApplicablePercent',
  'ram:BillingSpecifiedPeriod': 'ram:StartDateTime ram:EndDateTime',
  'ram:StartDateTime': 'udt:DateTimeString',
  'ram:EndDateTime': 'udt:DateTimeString',
  'ram:IssueDateTime': 'udt:DateTimeString',
  'ram:DueDateDateTime': 'udt:DateTimeString',
  'ram:FormattedIssueDateTime': 'qdt:DateTimeString',
  'ram:ApplicableHeaderTradeAgreement':
    'ram:BuyerReference ram:SellerTradeParty ram:BuyerTradeParty',
  'ram:SellerTradeParty': CII_PARTY,
  'ram:BuyerTradeParty': CII_PARTY,
  'ram:SpecifiedLegalOrganization': 'ram:ID ram:TradingBusinessName',
  'ram:DefinedTradeContact':
    'ram:PersonName ram:DepartmentName ram:TelephoneUniversalCommunication ram:EmailURIUniversalCommunication',
  'ram:EmailURIUniversalCommunication': 'ram:URIID',
  'ram:URIUniversalCommunication': 'ram:URIID',
  'ram:PostalTradeAddress':
    'ram:PostcodeCode ram:LineOne ram:LineTwo ram:LineThree ram:CityName ram:CountryID ram:CountrySubDivisionName',
  'ram:SpecifiedTaxRegistration': 'ram:ID',
  'ram:ApplicableHeaderTradeDelivery': 'ram:ShipToTradeParty ram:ActualDeliverySupplyChainEvent',
  'ram:ApplicableHeaderTradeSettlement':
    'ram:CreditorReferenceID ram:PaymentReference ram:TaxCurrencyCode ram:InvoiceCurrencyCode ram:PayeeTradeParty ram:SpecifiedTradeSettlementPaymentMeans* ram:ApplicableTradeTax* ram:BillingSpecifiedPeriod ram:SpecifiedTradeAllowanceCharge* ram:SpecifiedTradePaymentTerms ram:SpecifiedTradeSettlementHeaderMonetarySummation ram:InvoiceReferencedDocument',
  'ram:SpecifiedTradeSettlementPaymentMeans':
    'ram:TypeCode ram:Information ram:ApplicableTradeSettlementFinancialCard ram:PayerPartyDebtorFinancialAccount ram:PayeePartyCreditorFinancialAccount ram:PayeeSpecifiedCreditorFinancialInstitution',
  'ram:PayeePartyCreditorFinancialAccount': 'ram:IBANID ram:AccountName ram:ProprietaryID',
  'ram:PayeeSpecifiedCreditorFinancialInstitution': 'ram:BICID',
  'ram:SpecifiedTradeAllowanceCharge':
    'ram:ChargeIndicator ram:CalculationPercent ram:BasisAmount ram:ActualAmount ram:ReasonCode ram:Reason ram:CategoryTradeTax',
  'ram:ChargeIndicator': 'udt:Indicator',
  'ram:SpecifiedTradePaymentTerms': 'ram:Description ram:DueDateDateTime ram:DirectDebitMandateID',
  'ram:SpecifiedTradeSettlementHeaderMonetarySummation':
    'ram:LineTotalAmount ram:ChargeTotalAmount ram:AllowanceTotalAmount ram:TaxBasisTotalAmount ram:TaxTotalAmount* ram:RoundingAmount ram:GrandTotalAmount ram:TotalPrepaidAmount ram:DuePayableAmount',
  'ram:InvoiceReferencedDocument': 'ram:IssuerAssignedID ram:FormattedIssueDateTime',
}

/** Where elements stand against the schemas: unknown, out of order, repeated, or empty. "*" may repeat. */
export function misplacedElements(xml: string): string[] {
  return misplacedIn(readXml(xml))
}

function misplacedIn(node: XmlNode): string[] {
  const sequence = (UBL[node.name] ?? CII[node.name])?.split(' ')
  if (!sequence) {
    if (node.children.length > 0) return [`${node.name} is unknown`]
    return node.text.trim() === '' ? [`${node.name} is empty`] : []
  }
  let last = -1
  const problems = node.children.flatMap(({ name }) => {
    const position = sequence.findIndex((known) => known.replace('*', '') === name)
    const repeats = position === last && sequence[position]?.endsWith('*') !== true
    const wrong = position < last || repeats
    last = position
    return wrong ? [`${node.name}/${name} is misplaced`] : []
  })
  return [...problems, ...node.children.flatMap(misplacedIn)]
}
