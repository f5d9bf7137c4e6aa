import { parseCurrency } from '#src/kernel/currency.ts'
import { decimalOf, parseDecimal } from '#src/kernel/decimal.ts'
import { exactOf, multiplyExact, roundToMinor } from '#src/kernel/exact.ts'
import { sumMinor } from '#src/kernel/money.ts'
import { parseInstant } from '#src/kernel/time.ts'
import type { CreditNoteDocument } from '../../credit-note-document.ts'
import type { DraftLine } from '../../decision.ts'
import type { InvoiceDocument } from '../../document.ts'
import { sampleInvoice } from '../../testing/sample-invoice.ts'
import { commonLines } from './lines.ts'

export interface Taxation {
  readonly rate: string
  readonly jurisdiction: string
  readonly note?: string
}

export const EUR = parseCurrency('EUR')
const GERMAN: Taxation = { rate: '0.19', jurisdiction: 'DE' }

/** A sample invoice whose amounts add up. */
export function makeInvoice(
  changes: Partial<InvoiceDocument>,
  shape: { readonly lines?: readonly DraftLine[]; readonly taxes?: readonly Taxation[] },
): InvoiceDocument {
  const currency = changes.currency ?? EUR
  const lines = shape.lines ?? commonLines(currency, '1')
  const subtotalMinor = sumMinor(lines.map(({ amountMinor }) => amountMinor))
  const taxes = (shape.taxes ?? [GERMAN]).map((taxation) => taxed(subtotalMinor, taxation))
  const taxMinor = sumMinor(taxes.map(({ amountMinor }) => amountMinor))
  const totalMinor = subtotalMinor + taxMinor
  const sums = { subtotalMinor, taxMinor, totalMinor, openMinor: totalMinor }
  return sampleInvoice({ lines, taxes, ...sums, ...changes })
}

/** Paid in two parts. */
export function paidInvoice(): InvoiceDocument {
  const base = makeInvoice({}, {})
  const settledAt = parseInstant('2026-03-03T08:15:00Z')
  return {
    ...base,
    status: 'paid',
    paidMinor: base.totalMinor,
    openMinor: 0n,
    settledAt,
    payments: [
      { id: 'pay_1', kind: 'card', amountMinor: 10_000n, settledAt },
      { id: 'pay_2', kind: 'transfer', amountMinor: base.totalMinor - 10_000n, settledAt },
    ],
  }
}

export function sampleCreditNote(): CreditNoteDocument {
  return {
    id: 'cn_1',
    number: 'CN-2026-03-0003',
    reason: 'Requests of 14 February were counted twice after an outage on our side',
    createdAt: parseInstant('2026-03-09T10:30:00Z'),
    netMinor: 4200n,
    taxMinor: 798n,
    totalMinor: 4998n,
    taxes: [{ ...taxed(4200n, GERMAN), amountMinor: 798n }],
    lines: [{ invoiceLine: 3, kind: 'usage', description: 'API calls', netMinor: 4200n }],
    invoice: makeInvoice({}, {}),
  }
}

function taxed(baseMinor: bigint, { rate, jurisdiction, note }: Taxation) {
  const share = multiplyExact(exactOf(parseDecimal(rate)), exactOf(decimalOf(baseMinor)))
  return {
    jurisdiction,
    rate: parseDecimal(rate),
    baseMinor,
    amountMinor: roundToMinor(share, 0, 'nearest'),
    note: note ?? null,
    treatment: rate === '0' ? ('reverse_charge' as const) : ('taxed' as const),
    rateSince: null,
    taxPoint: parseInstant('2026-02-28T22:59:59.999999Z'),
  }
}
