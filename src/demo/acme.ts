import { seededRandom } from './random.ts'

/** The month of Acme API: February 2026, everything in it made from one seed. */
export const SEED = 20_260_201
export const PERIOD = '2026-02'
export const DAYS = 28
export const ORG_ID = 'org_acme'
export const METRIC = 'api_calls'

export const PRICING = `
version: "2026-01"
effectiveDate: "2026-01-01T00:00:00Z"
meteringWindow: monthly
roundingRule: nearest
tiers:
  - id: api
    name: API
    basePrice: 0
    currency: EUR
    includedUsage: {}
    overageRates: {}
    features: [api_access, email_support]
    charges:
      - metric: api_calls
        model: graduated
        tiers:
          - { upTo: 10000, unitPrice: 0 }
          - { upTo: 100000, unitPrice: 0.001 }
          - { upTo: null, unitPrice: 0.0005 }
  - id: api_pro
    name: API Pro
    basePrice: 49
    currency: EUR
    includedUsage: {}
    overageRates: {}
    features: [api_access, email_support, analytics]
    charges:
      - metric: api_calls
        model: graduated
        tiers:
          - { upTo: 100000, unitPrice: 0 }
          - { upTo: null, unitPrice: 0.0004 }
  - id: api_us
    name: API (US)
    basePrice: 0
    currency: USD
    includedUsage: {}
    overageRates: {}
    features: [api_access, email_support]
    charges:
      - metric: api_calls
        model: graduated
        tiers:
          - { upTo: 10000, unitPrice: 0 }
          - { upTo: 100000, unitPrice: 0.0011 }
          - { upTo: null, unitPrice: 0.00055 }
addons:
  - { id: premium_support, name: Premium support, price: 99 }
  - { id: dedicated_region, name: Dedicated region, price: 240 }
tax:
  provider: built_in
  defaultRate: 0.19
  exemptRegions: []
`

interface Place {
  readonly country: string
  readonly region?: string
  readonly timeZone: string
  readonly locale: string
  readonly city: string
  readonly postalCode: string
  readonly vatId?: string
}

// VAT IDs are made up to pass each country's format and checksum.
const PLACES: readonly Place[] = [
  {
    country: 'DE',
    timeZone: 'Europe/Berlin',
    locale: 'de',
    city: 'Hamburg',
    postalCode: '20095',
    vatId: 'DE136695976',
  },
  {
    country: 'FR',
    timeZone: 'Europe/Paris',
    locale: 'fr',
    city: 'Lyon',
    postalCode: '69001',
    vatId: 'FR40303265045',
  },
  {
    country: 'IT',
    timeZone: 'Europe/Rome',
    locale: 'it',
    city: 'Torino',
    postalCode: '10121',
    vatId: 'IT00743110157',
  },
  {
    country: 'ES',
    timeZone: 'Europe/Madrid',
    locale: 'es',
    city: 'Valencia',
    postalCode: '46001',
    vatId: 'ESA13585625',
  },
  {
    country: 'NL',
    timeZone: 'Europe/Amsterdam',
    locale: 'nl',
    city: 'Utrecht',
    postalCode: '3511',
    vatId: 'NL004495445B01',
  },
  {
    country: 'BE',
    timeZone: 'Europe/Brussels',
    locale: 'fr',
    city: 'Namur',
    postalCode: '5000',
    vatId: 'BE0428759497',
  },
  {
    country: 'AT',
    timeZone: 'Europe/Vienna',
    locale: 'de',
    city: 'Graz',
    postalCode: '8010',
    vatId: 'ATU13585627',
  },
  {
    country: 'PL',
    timeZone: 'Europe/Warsaw',
    locale: 'pl',
    city: 'Gdańsk',
    postalCode: '80-001',
    vatId: 'PL8567346215',
  },
  {
    country: 'PT',
    timeZone: 'Europe/Lisbon',
    locale: 'pt',
    city: 'Porto',
    postalCode: '4000-001',
    vatId: 'PT501964843',
  },
  {
    country: 'IE',
    timeZone: 'Europe/Dublin',
    locale: 'en',
    city: 'Cork',
    postalCode: 'T12',
    vatId: 'IE6433435F',
  },
  {
    country: 'SE',
    timeZone: 'Europe/Stockholm',
    locale: 'sv',
    city: 'Malmö',
    postalCode: '211 22',
    vatId: 'SE123456789701',
  },
  {
    country: 'DK',
    timeZone: 'Europe/Copenhagen',
    locale: 'da',
    city: 'Aarhus',
    postalCode: '8000',
    vatId: 'DK13585628',
  },
  {
    country: 'FI',
    timeZone: 'Europe/Helsinki',
    locale: 'fi',
    city: 'Tampere',
    postalCode: '33100',
    vatId: 'FI20774740',
  },
  {
    country: 'CZ',
    timeZone: 'Europe/Prague',
    locale: 'cs',
    city: 'Brno',
    postalCode: '602 00',
    vatId: 'CZ46505334',
  },
  {
    country: 'US',
    region: 'CA',
    timeZone: 'America/Los_Angeles',
    locale: 'en',
    city: 'Oakland',
    postalCode: '94607',
  },
  {
    country: 'US',
    region: 'NY',
    timeZone: 'America/New_York',
    locale: 'en',
    city: 'Albany',
    postalCode: '12207',
  },
  {
    country: 'US',
    region: 'TX',
    timeZone: 'America/Chicago',
    locale: 'en',
    city: 'Austin',
    postalCode: '78701',
  },
  { country: 'GB', timeZone: 'Europe/London', locale: 'en', city: 'Leeds', postalCode: 'LS1 1UR' },
  { country: 'CH', timeZone: 'Europe/Zurich', locale: 'de', city: 'Bern', postalCode: '3011' },
  { country: 'NO', timeZone: 'Europe/Oslo', locale: 'en', city: 'Bergen', postalCode: '5003' },
  { country: 'IN', timeZone: 'Asia/Kolkata', locale: 'en', city: 'Pune', postalCode: '411001' },
]

const WORDS_A = [
  'Nordlicht',
  'Silver',
  'Quanta',
  'Blue',
  'Harbor',
  'Meridian',
  'Orion',
  'Pixel',
  'Maple',
  'Granit',
  'Lumen',
  'Vela',
]
const WORDS_B = [
  'Logistics',
  'Studio',
  'Robotics',
  'Health',
  'Analytics',
  'Travel',
  'Foods',
  'Mobility',
  'Energy',
  'Media',
]

const FIRST_NAMES = [
  'Anna',
  'Jonas',
  'Claire',
  'Luca',
  'Marta',
  'Sven',
  'Eva',
  'Tomas',
  'Inês',
  'Nora',
]
const LAST_NAMES = [
  'Weber',
  'Martin',
  'Rossi',
  'Novak',
  'Jansen',
  'Silva',
  'Berg',
  'Moreau',
  'Keller',
  'Lind',
]
/** Those who write a mail in March. */
const WRITERS: Readonly<Record<string, string>> = {
  '1005': 'Thomas Behrens',
  '1012': 'Marieke de Boer',
  '1047': 'Jana Vogt',
  '1093': 'Camille Laurent',
}

/** How the card of an account behaves in the sandbox; all others pay. */
const FAILING_CARDS: Readonly<Record<string, string>> = {
  '1012': 'pm_card_chargeDeclinedExpiredCard',
  '1063': 'pm_card_chargeDeclinedExpiredCard',
  '1119': 'pm_card_chargeDeclinedExpiredCard',
  '1032': 'pm_card_chargeDeclinedInsufficientFunds',
  '1155': 'pm_card_chargeDeclinedInsufficientFunds',
  '1087': 'pm_card_chargeDeclined',
}

/** Somebody used this account's key: ten times the calls on one day. */
export const SPIKE = { customerId: '1093', day: 24, factor: 12 }

interface DemoAddon {
  readonly id: string
  readonly quantity: string
}

export interface DemoAccount {
  readonly id: string
  readonly name: string
  readonly contact: { readonly name: string; readonly email: string }
  readonly place: Place
  readonly vatId: string | null
  readonly collection: 'card' | 'transfer' | 'none'
  readonly cardToken: string
  /** Local day of February the subscription starts on. */
  readonly startDay: number
  readonly planId: string
  readonly change: { readonly day: number; readonly planId: string } | null
  readonly addons: readonly DemoAddon[]
  readonly currency: string
  /** Calls on an ordinary weekday. */
  readonly dailyCalls: number
}

const WITHOUT_SUBSCRIPTION_FROM = 1188
const TRANSFERS = 45

function paysByTransfer(account: number): boolean {
  // Every fourth account, 1002 first, until 45 of them do.
  return account % 4 === 2 && Math.floor((account - 1002) / 4) < TRANSFERS
}

function accountOf(account: number): DemoAccount {
  const id = String(account)
  const random = seededRandom(SEED + account)
  const known = id === '1047'
  const place = known || account === 1005 ? PLACES[0] : PLACES[account % PLACES.length]
  if (!place) throw new Error('no place')
  const subscribed = account < WITHOUT_SUBSCRIPTION_FROM
  const us = place.country === 'US'
  const slug = `${random.pick(WORDS_A)} ${random.pick(WORDS_B)}`
  const changes = subscribed && !us && !known && account % 23 === 0
  return {
    id,
    name: `${slug} ${account}`,
    contact: {
      name: WRITERS[id] ?? `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`,
      email: `billing@customer-${id}.example`,
    },
    place,
    vatId: !known && account % 2 === 0 ? (place.vatId ?? null) : null,
    collection: !subscribed ? 'none' : paysByTransfer(account) ? 'transfer' : 'card',
    cardToken: FAILING_CARDS[id] ?? 'pm_card_visa',
    startDay: subscribed && !known && account % 29 === 0 ? random.between(5, 20) : 1,
    planId: us ? 'api_us' : 'api',
    change: changes ? { day: random.between(21, 24), planId: 'api_pro' } : null,
    addons:
      known || account % 9 === 0
        ? [{ id: 'premium_support', quantity: '1' }]
        : account % 31 === 0
          ? [{ id: 'dedicated_region', quantity: '1' }]
          : [],
    currency: us ? 'USD' : 'EUR',
    dailyCalls: random.between(2_000, 14_000),
  }
}

/** The 200 accounts, 1001 to 1200: 142 with a card, 45 paying by transfer, 13 without a subscription. */
export function demoAccounts(): DemoAccount[] {
  return Array.from({ length: 200 }, (_, index) => accountOf(1001 + index))
}
