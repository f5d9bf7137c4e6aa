import { currencyDigits, type Currency } from '#src/kernel/currency.ts'
import {
  DECIMAL_SCALE,
  decimalOf,
  formatDecimal,
  parseDecimal,
  type Decimal,
} from '#src/kernel/decimal.ts'
import { exactOf, multiplyExact, roundToMinor } from '#src/kernel/exact.ts'
import { describePlain, describeUsage } from '#src/pricing/describe.ts'
import { phrase, plainWording, type Phrase } from '#src/pricing/phrases.ts'
import type { DraftLine } from '../../decision.ts'
import { sampleInvoice } from '../../testing/sample-invoice.ts'

const { periodStart, periodEnd } = sampleInvoice()
const PERIOD = { start: periodStart, end: periodEnd }
const SERVICES = [
  ['inference_tokens', 'Inference tokens'],
  ['storage_gb', 'Object storage (GB)'],
  ['webhooks', 'Webhooks delivered'],
  ['vector_queries', 'Vector search queries'],
  ['egress_gb', 'Egress (GB)'],
] as const
const REGIONS = ['eu-central', 'us-east', 'us-west', 'ap-south', 'sa-east', 'eu-north', 'af-south']

/** A line of usage at one price. */
function usageLine(
  metric: string,
  subject: string,
  given: {
    readonly quantity: string
    readonly price: string
    readonly group?: string
    readonly notes?: readonly Phrase[]
  },
  currency: Currency,
): DraftLine {
  const [quantity, unitPrice] = [parseDecimal(given.quantity), parseDecimal(given.price)]
  const exact = multiplyExact(exactOf(quantity), exactOf(unitPrice))
  const wording = {
    subject,
    group: given.group ?? '',
    price: unitPrice === 0n ? phrase('freeTier') : phrase('price', { price: unitPrice }),
    notes: given.notes ?? [],
  }
  return {
    kind: 'usage',
    metric,
    description: describeUsage(wording, quantity, currency),
    wording,
    quantity,
    unitPrice,
    amountMinor: roundToMinor(exact, currencyDigits(currency), 'nearest'),
    exactAmount: '0',
    period: PERIOD,
  }
}

/** A line of quantity one: a fee, an add-on, a discount. */
export function plainLine(
  kind: string,
  subject: string,
  amountMinor: bigint,
  notes: readonly Phrase[],
  currency: Currency,
): DraftLine {
  const wording = plainWording(subject, notes)
  return {
    kind,
    metric: null,
    description: describePlain(wording, ': ', currency),
    wording,
    quantity: decimalOf(1),
    unitPrice: ((amountMinor * DECIMAL_SCALE) / 10n ** BigInt(currencyDigits(currency))) as Decimal,
    amountMinor,
    exactAmount: '0',
    period: PERIOD,
  }
}

/** Base fee, graduated calls, storage and support: what most invoices look like. */
export function commonLines(currency: Currency, factor: string): DraftLine[] {
  const times = (price: string) =>
    formatDecimal(((parseDecimal(price) * parseDecimal(factor)) / DECIMAL_SCALE) as Decimal)
  const unit = 10n ** BigInt(currencyDigits(currency))
  const fee = (whole: bigint) => (whole * unit * parseDecimal(factor)) / DECIMAL_SCALE
  const number = (text: string) => parseDecimal(text)
  const call = (quantity: string, price: string, note: Phrase) =>
    usageLine('api_calls', 'API calls', { quantity, price: times(price), notes: [note] }, currency)
  return [
    plainLine('base_fee', 'Scale', fee(49n), [phrase('baseFee')], currency),
    call('10000', '0', phrase('upTo', { number: number('10000') })),
    call(
      '90000',
      '0.001',
      phrase('between', { number: number('10000'), number2: number('100000') }),
    ),
    call('147891', '0.0005', phrase('over', { number: number('100000') })),
    usageLine(
      'storage_gb',
      'Object storage (GB)',
      { quantity: '312.5', price: times('0.08') },
      currency,
    ),
    plainLine('addon', 'Premium support', fee(99n), [], currency),
  ]
}

/** Usage of many services by region, `count` lines of it. */
export function manyLines(count: number, currency: Currency): DraftLine[] {
  const each = Math.ceil(count / SERVICES.length)
  return Array.from({ length: count }, (_, index) => {
    const [metric, subject] = SERVICES[Math.floor(index / each)] ?? SERVICES[0]
    const region = REGIONS[index % REGIONS.length] ?? ''
    const tier =
      index % 2 === 0
        ? phrase('upTo', { number: parseDecimal('100000') })
        : phrase('over', { number: parseDecimal('100000') })
    return usageLine(
      metric,
      subject,
      {
        quantity: String(((index * 7919 + 1250) % 200_000) + 1),
        price: ['0.001', '0.0005', '0.02', '0.0125'][index % 4] ?? '1',
        group: `region ${region}, project ${index + 1}`,
        notes: [tier],
      },
      currency,
    )
  })
}
