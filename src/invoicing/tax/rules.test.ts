import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDecimal, parseDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { taxFor, taxMinor } from './rules.ts'
import type { TaxBuyer, TaxInput } from './sale.ts'

const IN_2026 = parseInstant('2026-02-28T12:00:00Z')
const NOBODY: TaxBuyer = {
  country: null,
  region: null,
  postalCode: null,
  city: null,
  taxId: null,
  taxIdStatus: 'none',
  taxExempt: false,
  locale: 'en',
}

type Seller = Partial<TaxInput['seller']>

function sold(buyer: Partial<TaxBuyer>, seller: Seller = {}, rest: Partial<TaxInput> = {}) {
  return taxFor({
    seller: { country: 'DE', registrations: [], euConsumers: 'destination', ...seller },
    at: IN_2026,
    buyer: { ...NOBODY, ...buyer },
    ...rest,
  })
}

/** "FR 0.2", "FR 0 reverse_charge": jurisdiction, rate and, where it is not simply taxed, the treatment. */
function outcome(...sale: Parameters<typeof sold>): string {
  return sold(...sale)
    .map(({ jurisdiction, rate, treatment }) =>
      [jurisdiction, formatDecimal(rate), treatment === 'taxed' ? [] : treatment].flat().join(' '),
    )
    .join(', ')
}

type Row = readonly [string, Partial<TaxBuyer>, string]

const valid = (country: string, taxId: string): Partial<TaxBuyer> => ({
  country,
  taxId,
  taxIdStatus: 'valid',
})

describe('a seller in Germany, in the one-stop shop', () => {
  it.each<Row>([
    ['at home', { country: 'DE' }, 'DE 0.19'],
    ['at home, whatever the VAT ID', valid('DE', 'DE811907980'), 'DE 0.19'],
    ['at home with a VAT ID of France', valid('DE', 'FR83404833048'), 'DE 0.19'],
    ['a consumer in Austria', { country: 'AT' }, 'AT 0.2'],
    ['a consumer in France', { country: 'FR' }, 'FR 0.2'],
    ['a consumer in Greece', { country: 'GR' }, 'GR 0.24'],
    ['Greece under its VAT name', { country: 'EL' }, 'GR 0.24'],
    ['a country in small letters', { country: ' fr ' }, 'FR 0.2'],
    ['a consumer in Hungary', { country: 'HU' }, 'HU 0.27'],
    ['a consumer in Finland', { country: 'FI' }, 'FI 0.255'],
    ['a consumer in Romania', { country: 'RO' }, 'RO 0.21'],
    ['a VAT ID that is no good', { country: 'FR', taxIdStatus: 'invalid' }, 'FR 0.2'],
    ['a VAT ID not confirmed yet', { country: 'FR', taxIdStatus: 'pending' }, 'FR 0.2'],
    ['a business in France', valid('FR', 'FR83404833048'), 'FR 0 reverse_charge'],
    ['a business in Greece', valid('GR', 'EL094259216'), 'GR 0 reverse_charge'],
    ['a number without its country in front', valid('FR', '83404833048'), 'FR 0 reverse_charge'],
    ['a VAT ID of the seller’s country abroad', valid('FR', 'DE811907980'), 'FR 0.2'],
    ['a VAT ID of a third member state', valid('FR', 'ATU13585627'), 'FR 0.2'],
    ['Northern Irish goods number in France', valid('FR', 'XI110305878'), 'FR 0.2'],
    ['Switzerland', { country: 'CH' }, 'CH 0 outside_scope'],
    ['a Swiss canton', { country: 'CH', region: 'ZH' }, 'CH 0 outside_scope'],
    ['Norway', { country: 'NO' }, 'NO 0 outside_scope'],
    ['United Kingdom', { country: 'GB' }, 'GB 0 outside_scope'],
    ['a British business', valid('GB', 'GB980780684'), 'GB 0 outside_scope'],
    ['Japan', { country: 'JP' }, 'JP 0 outside_scope'],
    ['a company in the USA with a German VAT ID', valid('US', 'DE811907980'), 'US 0 outside_scope'],
    ['New York, not registered', { country: 'US', region: 'NY' }, 'US-NY 0 outside_scope'],
    ['country unknown', {}, 'DE 0.19'],
    ['country blank', { country: ' ' }, 'DE 0.19'],
    ['country unknown, VAT ID valid', { ...valid('', 'FR83404833048'), country: null }, 'DE 0.19'],
    ['exempt at home', { country: 'DE', taxExempt: true }, 'DE 0 exempt'],
    ['exempt abroad', { country: 'FR', taxExempt: true }, 'FR 0 exempt'],
    ['exempt, country unknown', { taxExempt: true }, 'DE 0 exempt'],
    ['San Marino', { country: 'SM' }, 'SM 0 outside_scope'],
    [
      'San Marino by an Italian postcode',
      { country: 'IT', postalCode: '47890' },
      'SM 0 outside_scope',
    ],
    [
      'the Vatican by an Italian postcode',
      { country: 'IT', postalCode: '00120' },
      'VA 0 outside_scope',
    ],
    ['Andorra', { country: 'AD' }, 'AD 0 outside_scope'],
    ['Jersey', { country: 'JE' }, 'JE 0 outside_scope'],
    ['Faroe Islands', { country: 'FO' }, 'FO 0 outside_scope'],
    ['Greenland by a Danish postcode', { country: 'DK', postalCode: '3900' }, 'GL 0 outside_scope'],
    ['Aruba', { country: 'AW' }, 'AW 0 outside_scope'],
  ])('%s', (_title, buyer, expected) => {
    expect(outcome(buyer)).toBe(expected)
  })
})

describe('special territories, seen from Germany', () => {
  it.each<Row>([
    ['Las Palmas', { country: 'ES', postalCode: '35001' }, 'ES-CN 0 outside_scope'],
    ['Tenerife', { country: 'ES', postalCode: '38 001' }, 'ES-CN 0 outside_scope'],
    ['Canary Islands by region', { country: 'ES', region: 'CN' }, 'ES-CN 0 outside_scope'],
    ['Canary Islands by code', { country: 'IC' }, 'ES-CN 0 outside_scope'],
    [
      'a business in the Canary Islands',
      { ...valid('ES', 'ESB58378431'), postalCode: '35001' },
      'ES-CN 0 outside_scope',
    ],
    ['Ceuta', { country: 'ES', postalCode: '51001' }, 'ES-CE 0 outside_scope'],
    ['Melilla', { country: 'ES', postalCode: '52001' }, 'ES-ML 0 outside_scope'],
    ['Mallorca is Spain', { country: 'ES', postalCode: '07001' }, 'ES 0.21'],
    [
      'a postcode outweighs a region',
      { country: 'ES', postalCode: '28001', region: 'CN' },
      'ES 0.21',
    ],
    ['Livigno', { country: 'IT', postalCode: '23041' }, 'IT-LIVIGNO 0 outside_scope'],
    [
      'Livigno by its old postcode',
      { country: 'IT', postalCode: '23030', city: 'Livigno (SO)' },
      'IT-LIVIGNO 0 outside_scope',
    ],
    [
      'Valfurva shares that postcode',
      { country: 'IT', postalCode: '23030', city: 'Valfurva' },
      'IT 0.22',
    ],
    ['Campione d’Italia', { country: 'IT', postalCode: '22061' }, 'IT-CAMPIONE 0 outside_scope'],
    [
      'Campione by its Swiss postcode',
      { country: 'CH', postalCode: '6911' },
      'IT-CAMPIONE 0 outside_scope',
    ],
    ['Büsingen', { country: 'DE', postalCode: '78266' }, 'DE-BUESINGEN 0 outside_scope'],
    [
      'Büsingen by its Swiss postcode',
      { country: 'CH', postalCode: '8238' },
      'DE-BUESINGEN 0 outside_scope',
    ],
    ['Heligoland', { country: 'DE', postalCode: 'D-27498' }, 'DE-HELGOLAND 0 outside_scope'],
    ['Åland by postcode', { country: 'FI', postalCode: 'AX-22100' }, 'AX 0 outside_scope'],
    ['Åland by code', { country: 'AX' }, 'AX 0 outside_scope'],
    ['Mount Athos', { country: 'GR', postalCode: '630 86' }, 'GR-69 0 outside_scope'],
    ['a village before Mount Athos', { country: 'GR', postalCode: '63075' }, 'GR 0.24'],
    [
      'Lesbos: no reduction for services from afar',
      { country: 'GR', postalCode: '81100' },
      'GR 0.24',
    ],
    ['Guadeloupe', { country: 'FR', postalCode: '97110' }, 'GP 0 outside_scope'],
    ['Martinique', { country: 'FR', postalCode: '97200' }, 'MQ 0 outside_scope'],
    ['Martinique by code', { country: 'MQ' }, 'MQ 0 outside_scope'],
    ['French Guiana', { country: 'FR', postalCode: '97300' }, 'GF 0 outside_scope'],
    ['Réunion', { country: 'FR', postalCode: '97400' }, 'RE 0 outside_scope'],
    ['Saint-Pierre-et-Miquelon', { country: 'FR', postalCode: '97500' }, 'PM 0 outside_scope'],
    ['Mayotte', { country: 'FR', postalCode: '97600' }, 'YT 0 outside_scope'],
    ['Saint-Barthélemy', { country: 'FR', postalCode: '97133' }, 'BL 0 outside_scope'],
    ['Saint-Martin', { country: 'FR', postalCode: '97150' }, 'MF 0 outside_scope'],
    ['Wallis and Futuna', { country: 'FR', postalCode: '98600' }, 'WF 0 outside_scope'],
    ['French Polynesia', { country: 'FR', postalCode: '98714' }, 'PF 0 outside_scope'],
    ['New Caledonia', { country: 'FR', postalCode: '98800' }, 'NC 0 outside_scope'],
    ['Corsica is France for services', { country: 'FR', postalCode: '20000' }, 'FR 0.2'],
    ['Monaco is France', { country: 'MC' }, 'FR 0.2'],
    ['Monaco by a French postcode', { country: 'FR', postalCode: '98000' }, 'FR 0.2'],
    ['a business in Monaco', valid('MC', 'FR40000001060'), 'FR 0 reverse_charge'],
    [
      'Northern Ireland: goods only',
      { country: 'GB', postalCode: 'BT1 1AA' },
      'XI 0 outside_scope',
    ],
    [
      'a Northern Irish business',
      { ...valid('GB', 'XI110305878'), postalCode: 'bt1 1aa' },
      'XI 0 outside_scope',
    ],
    ['Northern Ireland by region', { country: 'GB', region: 'NIR' }, 'XI 0 outside_scope'],
    ['Isle of Man is the United Kingdom', { country: 'IM' }, 'GB 0 outside_scope'],
    ['Funchal', { country: 'PT', postalCode: '9000-001' }, 'PT-30 0.22'],
    ['Porto Santo', { country: 'PT', postalCode: '9400-171' }, 'PT-30 0.22'],
    ['Azores', { country: 'PT', postalCode: '9500-321' }, 'PT-20 0.16'],
    [
      'a business in the Azores',
      { ...valid('PT', 'PT501964843'), postalCode: '9500-321' },
      'PT 0 reverse_charge',
    ],
    ['Lisbon', { country: 'PT', postalCode: '1000-001' }, 'PT 0.23'],
    ['Kleinwalsertal', { country: 'AT', postalCode: 'A-6991' }, 'AT-JUNGHOLZ 0.19'],
    ['Akrotiri is Cyprus', { country: 'CY', postalCode: '4640' }, 'CY 0.19'],
  ])('%s', (_title, buyer, expected) => {
    expect(outcome(buyer)).toBe(expected)
  })
})

describe('registrations outside the EU', () => {
  const registrations = ['US-NY', 'us-ca', 'US-TX', 'GB', 'CH', 'NO', 'RE']
  it.each<Row>([
    ['New York', { country: 'US', region: 'NY' }, 'US-NY 0.04'],
    ['New York as ISO writes it', { country: 'US', region: 'US-NY' }, 'US-NY 0.04'],
    ['New York by name', { country: 'US', region: 'New York' }, 'US-NY 0.04'],
    ['California does not tax it', { country: 'US', region: 'CA' }, 'US-CA 0 outside_scope'],
    ['Texas taxes four fifths', { country: 'US', region: 'TX' }, 'US-TX 0.05'],
    ['Washington, not registered', { country: 'US', region: 'WA' }, 'US-WA 0 outside_scope'],
    ['United States, state unknown', { country: 'US' }, 'US 0 outside_scope'],
    [
      'Puerto Rico is no state of the table',
      { country: 'US', region: 'PR' },
      'US-PR 0 outside_scope',
    ],
    ['a consumer in Britain', { country: 'GB' }, 'GB 0.2'],
    ['a consumer in Belfast', { country: 'GB', postalCode: 'BT1 1AA' }, 'GB 0.2'],
    ['a consumer on the Isle of Man', { country: 'IM' }, 'GB 0.2'],
    ['a consumer in Jersey', { country: 'GB', postalCode: 'JE2 3AB' }, 'JE 0 outside_scope'],
    ['a British business owes it itself', valid('GB', 'GB980780684'), 'GB 0 outside_scope'],
    ['a Northern Irish business too', valid('GB', 'XI110305878'), 'GB 0 outside_scope'],
    ['a British ID not confirmed', { country: 'GB', taxIdStatus: 'pending' }, 'GB 0.2'],
    ['a consumer in Switzerland', { country: 'CH' }, 'CH 0.081'],
    ['a Swiss business pays it to who is registered', valid('CH', 'CHE116281710MWST'), 'CH 0.081'],
    ['Liechtenstein is Swiss VAT', { country: 'LI' }, 'CH 0.081'],
    ['Büsingen is Swiss VAT', { country: 'DE', postalCode: '78266' }, 'CH 0.081'],
    ['Samnaun is Swiss VAT for services', { country: 'CH', postalCode: '7563' }, 'CH 0.081'],
    ['a consumer in Norway', { country: 'NO' }, 'NO 0.25'],
    ['Svalbard', { country: 'NO', postalCode: '9170' }, 'SJ 0 outside_scope'],
    ['a Norwegian business owes it itself', valid('NO', 'NO974760673MVA'), 'NO 0 outside_scope'],
    ['Réunion, where France taxes', { country: 'FR', postalCode: '97400' }, 'RE 0.085'],
    ['Martinique, not registered', { country: 'FR', postalCode: '97200' }, 'MQ 0 outside_scope'],
  ])('%s', (_title, buyer, expected) => {
    expect(outcome(buyer, { registrations })).toBe(expected)
  })
})

describe('other sellers', () => {
  const documentTax = {
    defaultRate: parseDecimal('8.1'),
    exemptRegions: ['US-OR', 'CA-QC', 'JP', 'PT-20'],
  }
  it.each<readonly [string, Seller, Partial<TaxBuyer>, string]>([
    [
      'below the threshold: a consumer abroad',
      { euConsumers: 'origin' },
      { country: 'FR' },
      'DE 0.19',
    ],
    [
      'below the threshold: Madeira',
      { euConsumers: 'origin' },
      { country: 'PT', postalCode: '9000-001' },
      'DE 0.19',
    ],
    [
      'below the threshold: a business',
      { euConsumers: 'origin' },
      valid('FR', 'FR83404833048'),
      'FR 0 reverse_charge',
    ],
    [
      'below the threshold, but registered there',
      { euConsumers: 'origin', registrations: ['FR'] },
      { country: 'FR' },
      'FR 0.2',
    ],
    [
      'below the threshold: outside the EU',
      { euConsumers: 'origin' },
      { country: 'CH' },
      'CH 0 outside_scope',
    ],
    ['France to Martinique', { country: 'FR' }, { country: 'FR', postalCode: '97200' }, 'MQ 0.085'],
    [
      'France to a business in Guadeloupe',
      { country: 'FR' },
      { ...valid('FR', 'FR83404833048'), postalCode: '97110' },
      'GP 0.085',
    ],
    ['France to French Guiana', { country: 'FR' }, { country: 'GF' }, 'GF 0 outside_scope'],
    ['France to Monaco', { country: 'FR' }, { country: 'MC' }, 'FR 0.2'],
    ['Monaco to Paris', { country: 'MC' }, { country: 'FR' }, 'FR 0.2'],
    [
      'Spain to the Canary Islands',
      { country: 'ES' },
      { country: 'ES', postalCode: '35001' },
      'ES-CN 0 outside_scope',
    ],
    [
      'Portugal to the Azores',
      { country: 'PT' },
      { country: 'PT', postalCode: '9500-321' },
      'PT-20 0.16',
    ],
    [
      'Austria to Jungholz',
      { country: 'AT' },
      { country: 'AT', postalCode: '6691' },
      'AT-JUNGHOLZ 0.19',
    ],
    ['Greece writes itself EL', { country: 'EL' }, { country: 'GR' }, 'GR 0.24'],
    ['Britain at home', { country: 'GB' }, { country: 'GB' }, 'GB 0.2'],
    ['Britain to Belfast', { country: 'GB' }, { country: 'GB', postalCode: 'BT1 1AA' }, 'GB 0.2'],
    ['Britain to the Isle of Man', { country: 'GB' }, { country: 'IM' }, 'GB 0.2'],
    [
      'Britain to Guernsey',
      { country: 'GB' },
      { country: 'GB', postalCode: 'GY1 1AA' },
      'GG 0 outside_scope',
    ],
    ['Britain to a consumer in France', { country: 'GB' }, { country: 'FR' }, 'FR 0 outside_scope'],
    [
      'Britain in the one-stop shop',
      { country: 'GB', registrations: ['EU'] },
      { country: 'FR' },
      'FR 0.2',
    ],
    [
      'Britain registered in France',
      { country: 'GB', registrations: ['FR'] },
      { country: 'FR' },
      'FR 0.2',
    ],
    [
      'Britain registered in France, to Spain',
      { country: 'GB', registrations: ['FR'] },
      { country: 'ES' },
      'ES 0 outside_scope',
    ],
    [
      'Britain to a French business',
      { country: 'GB' },
      valid('FR', 'FR83404833048'),
      'FR 0 reverse_charge',
    ],
    ['Britain, country unknown', { country: 'GB' }, {}, 'GB 0.2'],
    ['Switzerland at home', { country: 'CH' }, { country: 'CH' }, 'CH 0.081'],
    ['Switzerland to Liechtenstein', { country: 'CH' }, { country: 'LI' }, 'CH 0.081'],
    [
      'Switzerland to Büsingen',
      { country: 'CH' },
      { country: 'DE', postalCode: '78266' },
      'CH 0.081',
    ],
    [
      'Switzerland to Campione',
      { country: 'CH' },
      { country: 'IT', postalCode: '22061' },
      'IT-CAMPIONE 0 outside_scope',
    ],
    ['Norway at home', { country: 'NO' }, { country: 'NO' }, 'NO 0.25'],
    [
      'Norway to Svalbard',
      { country: 'NO' },
      { country: 'NO', postalCode: '9170' },
      'SJ 0 outside_scope',
    ],
    [
      'the USA, registered in the state',
      { country: 'US', registrations: ['US-NY'] },
      { country: 'US', region: 'NY' },
      'US-NY 0.04',
    ],
    [
      'the USA, no nexus',
      { country: 'US' },
      { country: 'US', region: 'TX' },
      'US-TX 0 outside_scope',
    ],
    ['the USA to Germany', { country: 'US' }, { country: 'DE' }, 'DE 0 outside_scope'],
    [
      'the USA in the one-stop shop',
      { country: 'US', registrations: ['EU'] },
      { country: 'DE' },
      'DE 0.19',
    ],
    [
      'the USA to a German business',
      { country: 'US', registrations: ['EU'] },
      valid('DE', 'DE811907980'),
      'DE 0 reverse_charge',
    ],
    ['Japan has no table here', { country: 'JP' }, { country: 'JP' }, ''],
    ['nobody knows where', { country: null }, { country: 'DE' }, ''],
  ])('%s', (_title, seller, buyer, expected) => {
    expect(outcome(buyer, seller)).toBe(expected)
  })

  it.each<readonly [string, Seller, Partial<TaxBuyer>, string]>([
    [
      'a seller without country: the document’s rate',
      { country: null },
      { country: 'DE' },
      'DE 0.081',
    ],
    [
      'a country without a table: the document’s rate',
      { country: 'AU' },
      { country: 'AU' },
      'AU 0.081',
    ],
    ['a table outweighs the document', { country: 'DE' }, { country: 'DE' }, 'DE 0.19'],
    ['an exempt region', { country: null }, { country: 'US', region: 'OR' }, 'US-OR 0 exempt'],
    ['an exempt region as ISO writes it', {}, { country: 'US', region: 'US-OR' }, 'US-OR 0 exempt'],
    ['an exempt province', {}, { country: 'CA', region: 'QC' }, 'CA 0 exempt'],
    ['an exempt country', {}, { country: 'JP' }, 'JP 0 exempt'],
    ['an exempt territory', {}, { country: 'PT', postalCode: '9500-321' }, 'PT-20 0 exempt'],
    [
      'the state next to it',
      { registrations: ['US-WA'] },
      { country: 'US', region: 'WA' },
      'US-WA 0.065',
    ],
  ])('%s', (_title, seller, buyer, expected) => {
    expect(outcome(buyer, seller, { documentTax })).toBe(expected)
  })
})

describe('what stands beside the tax', () => {
  const note = (...sale: Parameters<typeof sold>) => sold(...sale)[0]?.note

  it('says why there is none, or why it is not the usual one', () => {
    expect(note(valid('FR', 'FR83404833048'))).toMatch(/^Reverse charge.*Art\. 196/)
    expect(note({ country: 'DE', taxExempt: true })).toBe('Tax-exempt customer')
    expect(note({ country: 'CH' })).toMatch(/outside the European Union/)
    expect(note({ country: 'GB', postalCode: 'BT1 1AA' })).toMatch(/goods only/)
    expect(note({ country: 'ES', postalCode: '35001' })).toMatch(/Canary Islands lies outside/)
    expect(note({ country: 'US', region: 'CA' }, { registrations: ['US-CA'] })).toMatch(
      /California does not tax/,
    )
    expect(note({ country: 'FR', taxIdStatus: 'pending' })).toMatch(/not confirmed/)
    expect(note(valid('FR', 'DE811907980'))).toMatch(/another country/)
    expect(note({})).toMatch(/unknown/)
    expect(note({ country: 'FR' }, { euConsumers: 'origin' })).toMatch(/Art\. 59c/)
    expect(note(valid('GB', 'GB980780684'), { registrations: ['GB'] })).toMatch(/VAT of GB/)
    expect(note({ country: 'DE' })).toBeNull()
    expect(note({ country: 'FR' })).toBeNull()
  })

  it.each([
    ['de-AT', 'Steuerschuldnerschaft des Leistungsempfängers'],
    ['fr', 'Autoliquidation'],
    ['es-ES', 'Inversión del sujeto pasivo'],
    ['it', 'Inversione contabile'],
    ['nl', 'Btw verlegd'],
    ['pl', 'odwrotne obciążenie'],
    ['el', 'Αντίστροφη επιβάρυνση'],
    ['fi', 'käännetty verovelvollisuus'],
    ['ja', 'Reverse charge'],
  ])('mentions reverse charge in the language of %s', (locale, mention) => {
    expect(note({ ...valid('FR', 'FR83404833048'), locale })).toContain(mention)
  })

  it('explains itself in the buyer’s language', () => {
    expect(note({ country: 'CH', locale: 'de' })).toMatch(/^Nicht steuerbar/)
    expect(note({ country: 'ES', postalCode: '35001', locale: 'fr' })).toMatch(/Canary Islands est/)
    expect(note({ country: 'CH', locale: 'sv' })).toMatch(/^Not subject/)
  })
})

describe('tax on an amount', () => {
  it('is rounded once, half away from zero, the same for credits', () => {
    expect(taxMinor(26295n, parseDecimal('0.19'))).toBe(4996n)
    expect(taxMinor(50n, parseDecimal('0.01'))).toBe(1n)
    expect(taxMinor(-50n, parseDecimal('0.01'))).toBe(-1n)
  })

  it('is never further than half a minor unit from the exact tax', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 15n), 10n ** 15n), fc.bigInt(0n, 10n ** 12n), (net, rate) => {
        const scale = 10n ** 12n
        const off = taxMinor(net, rate as Decimal) * scale - net * rate
        expect(2n * (off < 0n ? -off : off) <= scale).toBe(true)
        expect(taxMinor(-net, rate as Decimal)).toBe(-taxMinor(net, rate as Decimal))
      }),
    )
  })
})
