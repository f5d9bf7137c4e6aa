import type { InvoiceDocument } from '../document.ts'
import { EU_COUNTRIES } from '../tax/vat-rates.ts'
import type { PaymentMeans } from './model.ts'

// UNTDID 4461.
const NOT_DEFINED = '1'
const CREDIT_TRANSFER = '30'
const BANK_CARD = '48'
const SEPA_TRANSFER = '58'

// Source: European Payments Council, "EPC list of SEPA scheme countries".
const SEPA = new Set([...EU_COUNTRIES, 'AD', 'CH', 'GB', 'IS', 'LI', 'MC', 'NO', 'SM', 'VA'])

/** BG-16: the card on file, or a transfer to the seller's account; BT-83 is what a payer writes. */
export function paymentMeans(
  doc: Pick<InvoiceDocument, 'currency' | 'paymentReference' | 'presentation'>,
): PaymentMeans {
  const { collection, bank } = doc.presentation
  const reference = doc.paymentReference
  if (collection === 'card') return { code: BANK_CARD, reference, account: null }
  const id = bank?.iban.replace(/\s/g, '').toUpperCase() ?? ''
  if (bank === null || id === '') return { code: NOT_DEFINED, reference, account: null }
  const isIban = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(id)
  const sepa = doc.currency === 'EUR' && isIban && SEPA.has(id.slice(0, 2))
  return {
    code: sepa ? SEPA_TRANSFER : CREDIT_TRANSFER,
    reference,
    account: { id, isIban, name: bank.name, bic: bank.bic.replace(/\s/g, '').toUpperCase() },
  }
}
