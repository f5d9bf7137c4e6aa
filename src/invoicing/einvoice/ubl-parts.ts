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

function amount(name: string, text: string | null, { currency }: ElectronicInvoice): Element {
  return leaf(name, text, { currencyID: currency })
}

/** BG-14, BG-26 */
export function periodOf({ start, end }: Days): Element {
  return branch('cac:InvoicePeriod', leaf('cbc:StartDate', start), leaf('cbc:EndDate', end))
}

/** BG-4, BG-7 */
export function partyOf(party: TradeParty, { contact }: { readonly contact: boolean }): Element {
  return branch(
    'cac:Party',
    leaf('cbc:EndpointID', party.email, { schemeID: 'EM' }),
    branch('cac:PartyIdentification', leaf('cbc:ID', party.identifier)),
    addressOf(party.address),
    taxScheme('cac:PartyTaxScheme', leaf('cbc:CompanyID', party.vatId), 'VAT'),
    taxScheme('cac:PartyTaxScheme', leaf('cbc:CompanyID', party.taxNumber), 'FC'),
    branch(
      'cac:PartyLegalEntity',
      leaf('cbc:RegistrationName', party.name),
      leaf('cbc:CompanyID', party.registration),
    ),
    contact ? branch('cac:Contact', leaf('cbc:ElectronicMail', party.email)) : null,
  )
}

function addressOf(address: TradeAddress): Element {
  return branch(
    'cac:PostalAddress',
    leaf('cbc:StreetName', address.line1),
    leaf('cbc:AdditionalStreetName', address.line2),
    leaf('cbc:CityName', address.city),
    leaf('cbc:PostalZone', address.postcode),
    leaf('cbc:CountrySubentity', address.region),
    branch('cac:AddressLine', leaf('cbc:Line', address.line3)),
    branch('cac:Country', leaf('cbc:IdentificationCode', address.country)),
  )
}

function taxScheme(name: string, id: Element, scheme: 'VAT' | 'FC'): Element {
  return id && branch(name, id, branch('cac:TaxScheme', leaf('cbc:ID', scheme)))
}

/** BG-16 */
export function paymentOf({ code, reference, account }: PaymentMeans): Element {
  return branch(
    'cac:PaymentMeans',
    leaf('cbc:PaymentMeansCode', code),
    leaf('cbc:PaymentID', reference),
    account &&
      branch(
        'cac:PayeeFinancialAccount',
        leaf('cbc:ID', account.id),
        leaf('cbc:Name', account.name),
        branch('cac:FinancialInstitutionBranch', leaf('cbc:ID', account.bic)),
      ),
  )
}

function category(name: string, tax: TaxCategory, ...reasons: readonly Element[]): Element {
  return branch(
    name,
    leaf('cbc:ID', tax.code),
    leaf('cbc:Percent', tax.percent),
    reasons,
    branch('cac:TaxScheme', leaf('cbc:ID', 'VAT')),
  )
}

/** BG-20; 95 is "discount" of UNTDID 5189. */
export function allowanceOf(allowance: Allowance, doc: ElectronicInvoice): Element {
  return branch(
    'cac:AllowanceCharge',
    leaf('cbc:ChargeIndicator', 'false'),
    leaf('cbc:AllowanceChargeReasonCode', '95'),
    leaf('cbc:AllowanceChargeReason', allowance.reason),
    amount('cbc:Amount', allowance.amount, doc),
    category('cac:TaxCategory', doc.tax),
  )
}

/** BG-23 */
export function taxTotalOf(doc: ElectronicInvoice): Element {
  const { tax } = doc
  return branch(
    'cac:TaxTotal',
    amount('cbc:TaxAmount', tax.amount, doc),
    branch(
      'cac:TaxSubtotal',
      amount('cbc:TaxableAmount', tax.basis, doc),
      amount('cbc:TaxAmount', tax.amount, doc),
      category(
        'cac:TaxCategory',
        tax,
        leaf('cbc:TaxExemptionReasonCode', tax.reasonCode),
        leaf('cbc:TaxExemptionReason', tax.reason),
      ),
    ),
  )
}

/** BG-22 */
export function totalsOf(doc: ElectronicInvoice): Element {
  const { sums } = doc
  return branch(
    'cac:LegalMonetaryTotal',
    amount('cbc:LineExtensionAmount', sums.lines, doc),
    amount('cbc:TaxExclusiveAmount', sums.net, doc),
    amount('cbc:TaxInclusiveAmount', sums.gross, doc),
    amount('cbc:AllowanceTotalAmount', sums.allowances, doc),
    amount('cbc:PayableAmount', sums.gross, doc),
  )
}

/** BG-25 */
export function lineOf(line: TradeLine, doc: ElectronicInvoice): Element {
  const [name, quantity] =
    doc.kind === 'invoice'
      ? ['cac:InvoiceLine', 'cbc:InvoicedQuantity']
      : ['cac:CreditNoteLine', 'cbc:CreditedQuantity']
  return branch(
    name,
    leaf('cbc:ID', line.id),
    leaf(quantity, line.quantity, { unitCode: line.unit }),
    amount('cbc:LineExtensionAmount', line.net, doc),
    line.period && periodOf(line.period),
    branch(
      'cac:Item',
      leaf('cbc:Description', line.description),
      leaf('cbc:Name', line.name),
      branch('cac:SellersItemIdentification', leaf('cbc:ID', line.itemId)),
      category('cac:ClassifiedTaxCategory', doc.tax),
    ),
    branch(
      'cac:Price',
      amount('cbc:PriceAmount', line.price, doc),
      leaf('cbc:BaseQuantity', line.baseQuantity, { unitCode: line.unit }),
    ),
  )
}
