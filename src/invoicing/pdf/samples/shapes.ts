import { decimalOf } from '#src/kernel/decimal.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { phrase } from '#src/pricing/phrases.ts'
import type { DraftLine } from '../../decision.ts'
import type { InvoiceDocument } from '../../document.ts'
import { sampleInvoice } from '../../testing/sample-invoice.ts'
import { commonLines, manyLines, plainLine } from './lines.ts'
import { SAMPLE_LOGO } from './logo.ts'
import { EUR, makeInvoice, paidInvoice } from './make-invoice.ts'

const { presentation } = sampleInvoice()
const LONG_NAME =
  'Norddeutsche Gesellschaft für verteilte Systeme, Rechenzentrumsbetrieb und Beratung'
const LONG_WORD = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'
const LEGAL = {
  legal: {
    registration: 'HRB 123456, Amtsgericht Charlottenburg',
    directors: ['Dr. Ada Beispiel', 'Grace Muster'],
  },
  footerText: 'Acme API GmbH, Torstraße 1, 10119 Berlin. Sitz der Gesellschaft: Berlin.',
}

/** Sizes, states, brands, discounts and names that are far too long. */
export function samplesOfShapes(): Record<string, InvoiceDocument> {
  const german = { presentation: { ...presentation, locale: 'de-DE' } }
  return {
    'invoice-2-lines': makeInvoice({}, { lines: commonLines(EUR, '1').slice(4) }),
    'invoice-20-lines': makeInvoice(german, { lines: manyLines(20, EUR) }),
    'invoice-200-lines': makeInvoice({}, { lines: manyLines(200, EUR) }),
    ...states(),
    ...brands(),
    'invoice-discounts': discounts(),
    'invoice-long-names': longNames(),
  }
}

function states(): Record<string, InvoiceDocument> {
  const base = makeInvoice({}, {})
  const paidMinor = 10_000n
  return {
    'invoice-card': makeInvoice({ presentation: { ...presentation, collection: 'card' } }, {}),
    'invoice-partly-paid': {
      ...base,
      paidMinor,
      openMinor: base.totalMinor - paidMinor - 4998n,
      payments: [
        {
          id: 'pay_1',
          kind: 'transfer',
          amountMinor: paidMinor,
          settledAt: parseInstant('2026-03-03T08:15:00Z'),
        },
      ],
      creditedMinor: 4998n,
      creditNotes: [
        {
          id: 'cn_1',
          number: 'CN-2026-03-0003',
          totalMinor: 4998n,
          reason: 'outage',
          createdAt: parseInstant('2026-03-09T10:30:00Z'),
        },
      ],
    },
    'invoice-paid': paidInvoice(),
    'invoice-void': makeInvoice({ status: 'void', openMinor: 0n }, {}),
    'invoice-corrected': makeInvoice(
      {
        number: 'INV-2026-02-0052',
        corrects: {
          id: 'inv_47',
          number: 'INV-2026-02-0047',
          issuedAt: parseInstant('2026-03-01T12:00:00Z'),
        },
      },
      {},
    ),
    draft: makeInvoice({ status: 'draft', number: null, finalizedAt: null, dueAt: null }, {}),
  }
}

function brands(): Record<string, InvoiceDocument> {
  const branded = (changes: Partial<InvoiceDocument['presentation']>) =>
    makeInvoice({ presentation: { ...presentation, ...changes } }, {})
  return {
    'brand-logo': branded({ logo: SAMPLE_LOGO, brandColor: '#7a1f4f', ...LEGAL }),
    'brand-pale-color': branded({ brandColor: '#ffe34d', ...LEGAL }),
  }
}

function discounts(): InvoiceDocument {
  const lines: DraftLine[] = [
    ...commonLines(EUR, '1'),
    plainLine(
      'base_fee',
      'Scale',
      -1750n,
      [
        phrase('baseFee'),
        phrase('days', {
          number: decimalOf(10),
          number2: decimalOf(28),
          date: '2026-02-19',
          date2: '2026-02-28',
        }),
      ],
      EUR,
    ),
    plainLine('minimum', 'API calls', 1200n, [phrase('minimum')], EUR),
    plainLine('maximum_discount', 'Scale', -900n, [phrase('maximum')], EUR),
    plainLine('coupon', 'SPRING', -2345n, [phrase('percentOff', { number: decimalOf(10) })], EUR),
    { ...plainLine('adjustment', 'Late usage of January 2026', 431n, [], EUR) },
  ]
  return makeInvoice({}, { lines })
}

function longNames(): InvoiceDocument {
  const base = makeInvoice({}, {})
  return makeInvoice(
    {
      buyer: {
        ...base.buyer,
        name: `${LONG_NAME} mbH & Co. KGaA`,
        lines: [
          LONG_WORD,
          'c/o Zentrale Rechnungsprüfung, Gebäude 7, Aufgang C, 3. Obergeschoss, Raum 3.117',
        ],
        taxId: 'DE999999999',
      },
      seller: { ...base.seller, name: `${LONG_NAME} SE` },
    },
    {
      lines: base.lines.map((line, index) => ({
        ...line,
        wording: null,
        description:
          index % 2 === 0
            ? `${LONG_WORD}${LONG_WORD}: ${LONG_NAME}, ${LONG_NAME}, ${LONG_NAME}`
            : '*bold* #panic("x") $x$ `raw` <label> @reference \\ // comment [x] {y}',
      })),
    },
  )
}
