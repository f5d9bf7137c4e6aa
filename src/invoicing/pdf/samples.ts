import type { DocumentRenderer } from '#src/gateways/documents/renderer.ts'
import { currencyDigits, parseCurrency } from '#src/kernel/currency.ts'
import { decimalOf, parseDecimal } from '#src/kernel/decimal.ts'
import { exactOf, multiplyExact, roundToMinor } from '#src/kernel/exact.ts'
import { sumMinor } from '#src/kernel/money.ts'
import { parseInstant } from '#src/kernel/time.ts'
import type { InvoiceDocument } from '../document.ts'
import { sampleInvoice } from '../testing/sample-invoice.ts'
import { renderCreditNotePdf, renderInvoicePdf, renderReceiptPdf } from './render-pdf.ts'

type Taxation = { readonly rate: string; readonly jurisdiction: string; readonly note?: string }

const PUBLIC_URL = 'https://billing.acme.example'
const GERMAN: Taxation = { rate: '0.19', jurisdiction: 'DE' }
const NO_ADDRESS = { taxId: null, region: null, email: null }
const SERVICES = ['Inference', 'Object storage', 'Webhooks', 'Seats', 'Vector search', 'Support']

/** One document of every kind there is, by file name. */
export async function renderSamples(renderer: DocumentRenderer): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>()
  const options = { publicUrl: PUBLIC_URL }
  for (const [name, doc] of Object.entries(sampleInvoices()))
    files.set(`${name}.pdf`, await renderInvoicePdf(renderer, doc, options))
  const paid = paidInvoice()
  files.set('receipt.pdf', await renderReceiptPdf(renderer, paid, options))
  files.set('invoice-paid.pdf', await renderInvoicePdf(renderer, paid, options))
  const note = {
    id: 'cn_1',
    number: 'CN-2026-03-0003',
    reason: 'Requests of 14 February were counted twice after an outage on our side',
    createdAt: parseInstant('2026-03-09T10:30:00Z'),
    netMinor: 4200n,
    taxMinor: 798n,
    totalMinor: 4998n,
    taxes: [{ ...taxed(4200n, GERMAN), amountMinor: 798n }],
    invoice: sampleInvoice(),
  }
  files.set('credit-note.pdf', await renderCreditNotePdf(renderer, note, options))
  return files
}

/** Invoices of every shape: sizes, names, scripts, taxes, currencies. */
function sampleInvoices(): Record<string, InvoiceDocument> {
  const { presentation, seller, buyer } = sampleInvoice()
  const german = { ...presentation, locale: 'de-DE' }
  return {
    'invoice-2-lines': invoice({}, { lines: 2 }),
    'invoice-20-lines': invoice({ presentation: german }, { lines: 20 }),
    'invoice-200-lines': invoice({}, { lines: 200 }),
    'invoice-card': invoice({ presentation: { ...presentation, collection: 'card' } }, {}),
    'invoice-long-names': longNames(),
    'invoice-hebrew': invoice({
      buyer: {
        ...NO_ADDRESS,
        name: 'נורדליכט תוכנה בע״מ (Nordlicht)',
        lines: ['שדרות רוטשילד 22, קומה 4', '6688218 תל אביב-יפו'],
        country: 'IL',
      },
    }),
    'invoice-arabic': invoice({
      buyer: {
        ...NO_ADDRESS,
        name: 'شركة الأفق للبرمجيات ش.م.م.',
        lines: ['شارع الشيخ زايد 15', 'دبي'],
        country: 'AE',
      },
    }),
    'invoice-no-tax': invoice({ taxes: [] }, { taxation: null }),
    'invoice-reverse-charge': invoice(
      {
        presentation: german,
        buyer: { ...buyer, name: 'Lumière SAS', country: 'FR', taxId: 'FR40303265045' },
      },
      {
        taxation: {
          rate: '0',
          jurisdiction: 'FR',
          note: 'Reverse charge: Steuerschuldnerschaft des Leistungsempfängers',
        },
      },
    ),
    'invoice-us-taxes': invoice(
      {
        currency: parseCurrency('USD'),
        seller: { ...seller, name: 'Acme API Inc.', country: 'US', region: 'CA', taxId: '94-123' },
        presentation: { ...presentation, locale: 'en-US', bank: null, brandColor: '#7a1f4f' },
      },
      { taxation: { rate: '0.0725', jurisdiction: 'US-CA' } },
    ),
    'invoice-jpy': invoice(
      {
        currency: parseCurrency('JPY'),
        buyer: {
          ...NO_ADDRESS,
          name: '株式会社ノルドリヒト',
          lines: ['丸の内1丁目9番2号', '100-6701 東京都千代田区'],
          country: 'JP',
        },
      },
      { taxation: { rate: '0.1', jurisdiction: 'JP' }, priceFactor: 150n },
    ),
    'invoice-kwd': invoice({ currency: parseCurrency('KWD') }, { taxation: null }),
    'invoice-void': invoice({ status: 'void', openMinor: 0n }),
    draft: invoice({ status: 'draft', number: null, finalizedAt: null, dueAt: null }),
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

/** A sample invoice whose amounts add up. */
function invoice(
  changes: Partial<InvoiceDocument>,
  shape: { lines?: number; taxation?: Taxation | null; priceFactor?: bigint } = {},
): InvoiceDocument {
  const { lines: count = 4, taxation = GERMAN, priceFactor = 1n } = shape
  const currency = changes.currency ?? sampleInvoice().currency
  const [model] = sampleInvoice().lines
  if (!model) return sampleInvoice(changes)
  const lines = Array.from({ length: count }, (_, index) => {
    const quantity = decimalOf(BigInt((index * 7919 + 1250) % 200_000) + 1n)
    const unitPrice = parseDecimal(['0.001', '0.0005', '0.02', '0.0125'][index % 4] ?? '1')
    const price = multiplyExact(exactOf(unitPrice), exactOf(decimalOf(priceFactor)))
    return {
      ...model,
      description: `${SERVICES[index % SERVICES.length]}: project ${index + 1}`,
      quantity,
      unitPrice: parseDecimal(
        String(unitPrice * priceFactor)
          .padStart(13, '0')
          .replace(/(\d{12})$/, '.$1'),
      ),
      amountMinor: roundToMinor(
        multiplyExact(price, exactOf(quantity)),
        currencyDigits(currency),
        'nearest',
      ),
    }
  })
  const subtotalMinor = sumMinor((changes.lines ?? lines).map(({ amountMinor }) => amountMinor))
  const taxes = taxation === null ? [] : [taxed(subtotalMinor, taxation)]
  const taxMinor = sumMinor(taxes.map(({ amountMinor }) => amountMinor))
  const totalMinor = subtotalMinor + taxMinor
  return sampleInvoice({
    lines,
    taxes,
    subtotalMinor,
    taxMinor,
    totalMinor,
    openMinor: totalMinor,
    ...changes,
  })
}

function longNames(): InvoiceDocument {
  const base = invoice({})
  const long = 'Norddeutsche Gesellschaft für verteilte Systeme, Rechenzentrumsbetrieb und Beratung'
  const word = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'
  return invoice({
    buyer: {
      ...base.buyer,
      name: `${long} mbH & Co. KGaA`,
      lines: [
        word,
        'c/o Zentrale Rechnungsprüfung, Gebäude 7, Aufgang C, 3. Obergeschoss, Raum 3.117',
      ],
      taxId: 'DE999999999',
    },
    seller: { ...base.seller, name: `${long} SE` },
    lines: base.lines.map((line, index) => ({
      ...line,
      description:
        index % 2 === 0
          ? `${word}${word}: ${long}, ${long}, ${long}`
          : '*bold* #panic("x") $x$ `raw` <label> @reference \\ // comment [x] {y}',
    })),
  })
}

function paidInvoice(): InvoiceDocument {
  const base = invoice({})
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
