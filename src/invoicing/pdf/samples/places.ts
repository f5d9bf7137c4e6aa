import { parseCurrency } from '#src/kernel/currency.ts'
import type { InvoiceDocument } from '../../document.ts'
import { sampleInvoice } from '../../testing/sample-invoice.ts'
import { commonLines } from './lines.ts'
import { makeInvoice, type Taxation } from './make-invoice.ts'

const { presentation, seller, buyer } = sampleInvoice()
const ABROAD = { taxId: null, region: null, email: null }
const NO_TAX: readonly Taxation[] = []
const inLanguage = (locale: string): Partial<InvoiceDocument> => ({
  presentation: { ...presentation, locale },
})

/** Customers of every language, script and kind of tax, and in currencies of 0, 3 and 4 digits. */
export function samplesOfPlaces(): Record<string, InvoiceDocument> {
  return { ...inLanguages(), ...namesOfEveryScript(), ...taxesOfEveryKind(), ...currencies() }
}

function inLanguages(): Record<string, InvoiceDocument> {
  const locales = ['en-GB', 'de-DE', 'fr-FR', 'es-ES', 'it-IT', 'pt-PT', 'nl-NL', 'pl-PL']
  return Object.fromEntries(
    locales.map((locale) => [
      `language-${locale.slice(0, 2)}`,
      makeInvoice(inLanguage(locale), {}),
    ]),
  )
}

function namesOfEveryScript(): Record<string, InvoiceDocument> {
  const named = (name: string, lines: string[], country: string) =>
    makeInvoice({ buyer: { ...ABROAD, name, lines, country } }, { taxes: NO_TAX })
  return {
    'invoice-hebrew': named(
      'נורדליכט תוכנה בע״מ (Nordlicht)',
      ['שדרות רוטשילד 22, קומה 4', '6688218 תל אביב-יפו'],
      'IL',
    ),
    'invoice-arabic': named('شركة الأفق للبرمجيات ش.م.م.', ['شارع الشيخ زايد 15', 'دبي'], 'AE'),
    'invoice-chinese': named(
      '北极光软件（上海）有限公司',
      ['浦东新区世纪大道100号', '200120 上海市'],
      'CN',
    ),
    'invoice-korean': named(
      '노르트리히트 소프트웨어 주식회사',
      ['테헤란로 152', '06236 서울특별시'],
      'KR',
    ),
  }
}

function taxesOfEveryKind(): Record<string, InvoiceDocument> {
  return {
    'invoice-no-tax': makeInvoice({}, { taxes: NO_TAX }),
    'invoice-reverse-charge': makeInvoice(
      {
        ...inLanguage('fr-FR'),
        buyer: {
          ...buyer,
          name: 'Lumière SAS',
          lines: ['12 rue de Rivoli', '75004 Paris'],
          country: 'FR',
          taxId: 'FR40303265045',
        },
      },
      {
        taxes: [
          {
            rate: '0',
            jurisdiction: 'FR',
            note: 'Autoliquidation (art. 196 de la directive 2006/112/CE)',
          },
        ],
      },
    ),
    'invoice-two-taxes': makeInvoice(
      {
        currency: parseCurrency('USD'),
        seller: {
          ...seller,
          name: 'Acme API Inc.',
          country: 'US',
          region: 'NY',
          taxId: '94-1234567',
        },
        buyer: {
          ...ABROAD,
          name: 'Hudson Analytics LLC',
          lines: ['350 5th Ave', 'New York, NY 10118'],
          region: 'NY',
          country: 'US',
        },
        presentation: {
          ...presentation,
          locale: 'en-US',
          bank: {
            name: 'First Bank',
            iban: '',
            bic: 'FBUSUS33',
            holder: 'Acme API Inc.',
            accountNumber: '000123456789',
            routingNumber: '026009593',
          },
        },
      },
      {
        taxes: [
          { rate: '0.04', jurisdiction: 'US-NY' },
          { rate: '0.04875', jurisdiction: 'US-NY-NYC' },
        ],
      },
    ),
    'invoice-canary-islands': makeInvoice(
      {
        ...inLanguage('es-ES'),
        buyer: {
          ...buyer,
          name: 'Atlántico Datos S.L.',
          lines: ['Calle Triana 45', '35002 Las Palmas'],
          country: 'ES',
        },
      },
      { taxes: [{ rate: '0.07', jurisdiction: 'ES-CN' }] },
    ),
  }
}

function currencies(): Record<string, InvoiceDocument> {
  const inCurrency = (
    code: string,
    factor: string,
    changes: Partial<InvoiceDocument>,
    taxes = NO_TAX,
  ) => {
    const currency = parseCurrency(code)
    return makeInvoice({ currency, ...changes }, { lines: commonLines(currency, factor), taxes })
  }
  return {
    'invoice-jpy': inCurrency(
      'JPY',
      '150',
      {
        ...inLanguage('ja-JP'),
        buyer: {
          ...ABROAD,
          name: '株式会社ノルドリヒト',
          lines: ['丸の内1丁目9番2号', '100-6701 東京都千代田区'],
          country: 'JP',
        },
      },
      [{ rate: '0.1', jurisdiction: 'JP' }],
    ),
    'invoice-kwd': inCurrency('KWD', '0.3', {
      buyer: { ...ABROAD, name: 'Gulf Data W.L.L.', lines: ['Sharq'], country: 'KW' },
    }),
    'invoice-clf': inCurrency('CLF', '0.025', {
      ...inLanguage('es-CL'),
      buyer: {
        ...ABROAD,
        name: 'Andes Datos SpA',
        lines: ['Av. Apoquindo 4501', 'Las Condes'],
        country: 'CL',
      },
    }),
  }
}
