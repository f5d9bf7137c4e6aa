import { PERIOD, demoAccounts } from './acme.ts'
import type { ApiClient } from './api-client.ts'

interface InvoiceRow {
  readonly customerId: string
  readonly number: string
  readonly totalMinor: string
  readonly currency: string
  readonly paymentReference: string
}

const PAYING = 40

/** "1234" minor units as "12.34". */
function major(minor: string): string {
  const digits = minor.padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** Acme's bank statement of 10 March: 40 of the 45 customers who pay by transfer have paid, and somebody else. */
export async function bankStatement(api: ApiClient): Promise<string> {
  const names = new Map(
    demoAccounts()
      .filter(({ collection }) => collection === 'transfer')
      .map(({ id, name }) => [id, name]),
  )
  const invoices = (await api.list<InvoiceRow>(`/api/invoices?period=${PERIOD}`))
    .filter(({ customerId }) => names.has(customerId))
    .sort((a, b) => (a.number < b.number ? -1 : 1))
    .slice(0, PAYING)
  const lines = invoices.map(
    ({ customerId, totalMinor, currency, paymentReference, number }, index) =>
      // Half of them write the reference, half the invoice number with words around it.
      `2026-03-0${3 + (index % 6)};${names.get(customerId)};${index % 2 === 0 ? paymentReference : `Invoice ${number} thank you`};${major(totalMinor)};${currency}`,
  )
  return [
    'date;payer;reference;amount;currency',
    ...lines,
    '2026-03-09;Stadtwerke Hamburg;Gutschrift Strom;61.20;EUR',
    '',
  ].join('\n')
}
