import type {
  Allowance,
  Days,
  ElectronicInvoice,
  PaymentMeans,
  TradeAddress,
  TradeLine,
  TradeParty,
} from './model.ts'
import type { TaxCategory } from './tax-category.ts'
import { branch, leaf, type XmlElement } from './xml.ts'

type Element = XmlElement | null

/** A day as CII writes it: format 102, YYYYMMDD. */
export function dateOf(name: string, day: string, types: 'udt' | 'qdt' = 'udt'): Element {
  const text = day.replaceAll('-', '')
  return branch(name, leaf(`${types}:DateTimeString`, text, { format: '102' }))
}

/** BG-14, BG-26 */
export function periodOf({ start, end }: Days): Element {
  return branch(
    'ram:BillingSpecifiedPeriod',
    dateOf('ram:StartDateTime', start),
    dateOf('ram:EndDateTime', end),
  )
}

/** BG-4, BG-7 */
export function partyOf(
  name: string,
  party: TradeParty,
  { contact }: { readonly contact: boolean },
): Element {
  const mail = (parent: string, attributes: Readonly<Record<string, string>>) =>
    branch(parent, leaf('ram:URIID', party.email, attributes))
  const registration = (id: string | null, schemeID: string) =>
    branch('ram:SpecifiedTaxRegistration', leaf('ram:ID', id, { schemeID }))
  return branch(
    name,
    leaf('ram:ID', party.identifier),
    leaf('ram:Name', party.name),
    branch('ram:SpecifiedLegalOrganization', leaf('ram:ID', party.registration)),
    contact
      ? branch('ram:DefinedTradeContact', mail('ram:EmailURIUniversalCommunication', {}))
      : null,
    addressOf(party.address),
    mail('ram:URIUniversalCommunication', { schemeID: 'EM' }),
    registration(party.vatId, 'VA'),
    registration(party.taxNumber, 'FC'),
  )
}

function addressOf(address: TradeAddress): Element {
  return branch(
    'ram:PostalTradeAddress',
    leaf('ram:PostcodeCode', address.postcode),
    leaf('ram:LineOne', address.line1),
    leaf('ram:LineTwo', address.line2),
    leaf('ram:LineThree', address.line3),
    leaf('ram:CityName', address.city),
    leaf('ram:CountryID', address.country),
    leaf('ram:CountrySubDivisionName', address.region),
  )
}

/** BG-16 */
export function paymentOf({ code, account }: PaymentMeans): Element {
  return branch(
    'ram:SpecifiedTradeSettlementPaymentMeans',
    leaf('ram:TypeCode', code),
    account &&
      branch(
        'ram:PayeePartyCreditorFinancialAccount',
        leaf('ram:IBANID', account.isIban ? account.id : null),
        leaf('ram:AccountName', account.name),
        leaf('ram:ProprietaryID', account.isIban ? null : account.id),
      ),
    account &&
      branch('ram:PayeeSpecifiedCreditorFinancialInstitution', leaf('ram:BICID', account.bic)),
  )
}

/** BG-23 */
export function taxOf(tax: ElectronicInvoice['tax']): Element {
  return branch(
    'ram:ApplicableTradeTax',
    leaf('ram:CalculatedAmount', tax.amount),
    leaf('ram:TypeCode', 'VAT'),
    leaf('ram:ExemptionReason', tax.reason),
    leaf('ram:BasisAmount', tax.basis),
    leaf('ram:CategoryCode', tax.code),
    leaf('ram:ExemptionReasonCode', tax.reasonCode),
    leaf('ram:RateApplicablePercent', tax.percent),
  )
}

function category(name: string, tax: TaxCategory): Element {
  return branch(
    name,
    leaf('ram:TypeCode', 'VAT'),
    leaf('ram:CategoryCode', tax.code),
    leaf('ram:RateApplicablePercent', tax.percent),
  )
}

/** BG-20; 95 is "discount" of UNTDID 5189. */
export function allowanceOf(allowance: Allowance, tax: TaxCategory): Element {
  return branch(
    'ram:SpecifiedTradeAllowanceCharge',
    branch('ram:ChargeIndicator', leaf('udt:Indicator', 'false')),
    leaf('ram:ActualAmount', allowance.amount),
    leaf('ram:ReasonCode', '95'),
    leaf('ram:Reason', allowance.reason),
    category('ram:CategoryTradeTax', tax),
  )
}

/** BG-22 */
export function sumsOf({ sums, tax, currency }: ElectronicInvoice): Element {
  return branch(
    'ram:SpecifiedTradeSettlementHeaderMonetarySummation',
    leaf('ram:LineTotalAmount', sums.lines),
    leaf('ram:AllowanceTotalAmount', sums.allowances),
    leaf('ram:TaxBasisTotalAmount', sums.net),
    leaf('ram:TaxTotalAmount', tax.amount, { currencyID: currency }),
    leaf('ram:GrandTotalAmount', sums.gross),
    leaf('ram:DuePayableAmount', sums.gross),
  )
}

/** BG-25 */
export function lineOf(line: TradeLine, tax: TaxCategory): Element {
  const unit = { unitCode: line.unit }
  return branch(
    'ram:IncludedSupplyChainTradeLineItem',
    branch('ram:AssociatedDocumentLineDocument', leaf('ram:LineID', line.id)),
    branch(
      'ram:SpecifiedTradeProduct',
      leaf('ram:SellerAssignedID', line.itemId),
      leaf('ram:Name', line.name),
      leaf('ram:Description', line.description),
    ),
    branch(
      'ram:SpecifiedLineTradeAgreement',
      branch(
        'ram:NetPriceProductTradePrice',
        leaf('ram:ChargeAmount', line.price),
        leaf('ram:BasisQuantity', line.baseQuantity, unit),
      ),
    ),
    branch('ram:SpecifiedLineTradeDelivery', leaf('ram:BilledQuantity', line.quantity, unit)),
    branch(
      'ram:SpecifiedLineTradeSettlement',
      category('ram:ApplicableTradeTax', tax),
      line.period && periodOf(line.period),
      branch(
        'ram:SpecifiedTradeSettlementLineMonetarySummation',
        leaf('ram:LineTotalAmount', line.net),
      ),
    ),
  )
}
