const ENGLISH = {
  invoice: 'Invoice',
  draft: 'Draft invoice',
  billTo: 'Bill to',
  from: 'From',
  number: 'Invoice number',
  date: 'Date',
  due: 'Due',
  period: 'Service period',
  account: 'Account',
  description: 'Description',
  quantity: 'Quantity',
  unitPrice: 'Unit price',
  amount: 'Amount',
  subtotal: 'Subtotal',
  vat: 'VAT',
  salesTax: 'Sales tax',
  noTax: 'Tax',
  total: 'Total',
  paid: 'Paid',
  credited: 'Credited',
  amountDue: 'Amount due',
  payment: 'Payment',
  bank: 'Bank',
  reference: 'Payment reference',
  viewOnline: 'View online',
  payByCard: 'Pay now or change the card',
  chargedToCard: 'The amount is charged to the card on file.',
  terms: 'Net {days} days',
  customerTaxId: 'VAT ID',
  sellerTaxId: 'Tax number',
  statusPaid: 'Paid',
  statusVoid: 'Void',
  creditNote: 'Credit note',
}
export type Labels = Readonly<Record<keyof typeof ENGLISH, string>>

const GERMAN: Labels = {
  invoice: 'Rechnung',
  draft: 'Rechnungsentwurf',
  billTo: 'Rechnung an',
  from: 'Von',
  number: 'Rechnungsnummer',
  date: 'Datum',
  due: 'Fällig am',
  period: 'Leistungszeitraum',
  account: 'Kundennummer',
  description: 'Leistung',
  quantity: 'Menge',
  unitPrice: 'Einzelpreis',
  amount: 'Betrag',
  subtotal: 'Zwischensumme',
  vat: 'USt.',
  salesTax: 'Sales Tax',
  noTax: 'Steuer',
  total: 'Gesamtbetrag',
  paid: 'Bezahlt',
  credited: 'Gutgeschrieben',
  amountDue: 'Offener Betrag',
  payment: 'Zahlung',
  bank: 'Bank',
  reference: 'Verwendungszweck',
  viewOnline: 'Online ansehen',
  payByCard: 'Jetzt zahlen oder Karte ändern',
  chargedToCard: 'Der Betrag wird von der hinterlegten Karte abgebucht.',
  terms: 'Zahlbar innerhalb von {days} Tagen netto',
  customerTaxId: 'USt-IdNr.',
  sellerTaxId: 'Steuernummer',
  statusPaid: 'Bezahlt',
  statusVoid: 'Storniert',
  creditNote: 'Gutschrift',
}

/** The words of a document; English where we have no other. */
export function labelsOf(locale: string): Labels {
  return languageOf(locale) === 'de' ? GERMAN : ENGLISH
}

/** "de" of "de-AT". */
export function languageOf(locale: string): string {
  return locale.split('-')[0]?.toLowerCase() ?? 'en'
}
