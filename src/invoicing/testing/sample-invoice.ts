import { parseCurrency } from '#src/kernel/currency.ts'
import { parseDecimal } from '#src/kernel/decimal.ts'
import { parseInstant } from '#src/kernel/time.ts'
import type { InvoiceDocument } from '../document.ts'

const PERIOD = {
  start: parseInstant('2026-01-31T23:00:00Z'),
  end: parseInstant('2026-02-28T23:00:00Z'),
}

/** Account 1047's invoice of the requirements, finalized and open. */
export function sampleInvoice(changes: Partial<InvoiceDocument> = {}): InvoiceDocument {
  const line = (
    description: string,
    quantity: string,
    unitPrice: string,
    amountMinor: bigint,
  ): InvoiceDocument['lines'][number] => ({
    kind: 'usage',
    metric: 'api_calls',
    description,
    quantity: parseDecimal(quantity),
    unitPrice: parseDecimal(unitPrice),
    amountMinor,
    exactAmount: '0',
    period: PERIOD,
  })
  return {
    id: 'inv_1',
    number: 'INV-2026-02-0047',
    kind: 'period',
    status: 'finalized',
    customerId: '1047',
    subscriptionId: 'sub_1047',
    periodName: '2026-02',
    periodStart: PERIOD.start,
    periodEnd: PERIOD.end,
    currency: parseCurrency('EUR'),
    seller: {
      name: 'Acme API GmbH',
      lines: ['Torstraße 1', '10119 Berlin'],
      country: 'DE',
      region: null,
      taxId: 'DE123456788',
      email: 'billing@acme.example',
    },
    buyer: {
      name: 'Nordlicht Software GmbH',
      lines: ['Speicherstadt 12', '20457 Hamburg'],
      country: 'DE',
      region: null,
      taxId: null,
      email: 'rechnung@nordlicht.example',
    },
    lines: [
      line('api_calls: 10,000 × EUR 0 (first 10,000)', '10000', '0', 0n),
      line('api_calls: 90,000 × EUR 0.001 (to 100,000)', '90000', '0.001', 9000n),
      line('api_calls: 147,891 × EUR 0.0005 (over 100,000)', '147891', '0.0005', 7395n),
      { ...line('Premium support', '1', '99', 9900n), kind: 'addon', metric: null },
    ],
    taxes: [
      {
        jurisdiction: 'DE',
        rate: parseDecimal('0.19'),
        baseMinor: 26295n,
        amountMinor: 4996n,
        note: null,
        treatment: 'taxed',
        rateSince: '2021-01-01',
        taxPoint: parseInstant('2026-02-28T22:59:59.999999Z'),
      },
    ],
    subtotalMinor: 26295n,
    taxMinor: 4996n,
    totalMinor: 31291n,
    paidMinor: 0n,
    creditedMinor: 0n,
    openMinor: 31291n,
    payments: [],
    creditNotes: [],
    createdAt: parseInstant('2026-03-01T12:00:00Z'),
    finalizedAt: parseInstant('2026-03-01T12:00:00Z'),
    dueAt: parseInstant('2026-03-31T11:00:00Z'),
    settledAt: null,
    pricingVersion: '2026-01',
    contentHash: '0',
    holdCode: null,
    holdReason: null,
    paymentReference: 'RF89INV2026020047',
    publicToken: '0123456789abcdef0123456789abcdef012345',
    presentation: {
      locale: 'en',
      timeZone: 'Europe/Berlin',
      collection: 'transfer',
      paymentTermsDays: 30,
      bank: { name: 'Musterbank', iban: 'DE89370400440532013000', bic: 'COBADEFFXXX' },
      paymentInstructions: '',
      legal: { registration: '', directors: [] },
      footerText: '',
      brandColor: '#1f3a5f',
      logo: null,
    },
    ...changes,
  }
}
