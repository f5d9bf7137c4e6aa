import { PLACES, type Place } from './places.ts'
import { seededRandom } from '#src/kernel/random.ts'

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
