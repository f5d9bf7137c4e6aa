import { rateHistory, type RateHistory } from './dated-rates.ts'

/** A part of a country that VAT treats differently from the rest. */
export interface Territory {
  /** Jurisdiction: ISO 3166 where it has a code, "DE-HELGOLAND" where not. */
  readonly code: string
  readonly name: string
  /** `inside` belongs to the country's VAT area and has its own rates; `outside` does not belong to it. */
  readonly standing: 'inside' | 'outside'
  /** Own rates: for every seller inside, outside for sellers of that country and those registered there. */
  readonly rates: RateHistory | null
  /** Whose VAT holds there instead. */
  readonly vatOf: string | null
}

interface TerritoryRule extends Territory {
  /** As people write the address: a country and its postcode, its ISO 3166-2 region, or a code of its own. */
  readonly country: string
  readonly postcodes: RegExp | null
  readonly regions: readonly string[]
  /** Where towns share a postcode: the town's name. */
  readonly city: RegExp | null
}

type Given = Pick<TerritoryRule, 'country' | 'code' | 'name'> & Partial<TerritoryRule>

function rule(given: Given): TerritoryRule {
  return {
    standing: 'outside',
    rates: null,
    vatOf: null,
    postcodes: null,
    regions: [],
    city: null,
    ...given,
  }
}

/** French VAT in Guadeloupe, Martinique and Réunion: Art. 296 CGI. */
const ANTILLES = rateHistory('America/Martinique', '1995-01-01 8.5')
const REUNION = rateHistory('Indian/Reunion', '1995-01-01 8.5')
/** Decree-Law 347/85, Lei 14-A/2012 (Madeira), Decreto Legislativo Regional 15-A/2021/A (Azores). */
const MADEIRA = rateHistory(
  'Atlantic/Madeira',
  '2008-07-01 14, 2010-07-01 15, 2011-01-01 16, 2012-04-01 22',
)
const AZORES = rateHistory(
  'Atlantic/Azores',
  '2008-07-01 14, 2010-07-01 15, 2011-01-01 16, 2014-01-01 18, 2021-07-01 16',
)

/**
 * Sources: Directive 2006/112/EC Art. 6 (excluded territories), 7 (Monaco, Isle of Man: see place.ts), 104 and 105
 * (own rates in Austria and Portugal); Windsor Framework Art. 8 (Northern Ireland: EU VAT for goods only, so a service
 * there is a service in the United Kingdom); MWSTG Art. 3 and the treaty of 1964 (Büsingen belongs to Swiss VAT).
 * Not here, because a service delivered electronically is taxed there as in the rest: Corsica, the Greek islands
 * (reduced only for services carried out there, Art. 21 of the Greek VAT code), Samnaun (Art. 4 MWSTG: goods only).
 */
const RULES: readonly TerritoryRule[] = [
  rule({
    country: 'ES',
    code: 'ES-CN',
    name: 'Canary Islands',
    postcodes: /^(35|38)\d{3}$/,
    regions: ['CN', 'GC', 'TF'],
  }),
  rule({ country: 'ES', code: 'ES-CE', name: 'Ceuta', postcodes: /^51\d{3}$/, regions: ['CE'] }),
  rule({ country: 'ES', code: 'ES-ML', name: 'Melilla', postcodes: /^52\d{3}$/, regions: ['ML'] }),
  rule({ country: 'IT', code: 'IT-LIVIGNO', name: 'Livigno', postcodes: /^23041$/ }),
  rule({
    country: 'IT',
    code: 'IT-LIVIGNO',
    name: 'Livigno',
    postcodes: /^23030$/,
    city: /livigno/i,
  }),
  rule({ country: 'IT', code: 'IT-CAMPIONE', name: 'Campione d’Italia', postcodes: /^22061$/ }),
  rule({
    country: 'IT',
    code: 'IT-CAMPIONE',
    name: 'Campione d’Italia',
    postcodes: /^22060$/,
    city: /campione/i,
  }),
  rule({ country: 'CH', code: 'IT-CAMPIONE', name: 'Campione d’Italia', postcodes: /^6911$/ }),
  rule({ country: 'IT', code: 'SM', name: 'San Marino', postcodes: /^4789\d$/ }),
  rule({ country: 'IT', code: 'VA', name: 'Vatican City', postcodes: /^00120$/ }),
  rule({
    country: 'DE',
    code: 'DE-BUESINGEN',
    name: 'Büsingen am Hochrhein',
    postcodes: /^(78266|8238)$/,
    vatOf: 'CH',
  }),
  rule({ country: 'DE', code: 'DE-HELGOLAND', name: 'Heligoland', postcodes: /^27498$/ }),
  rule({
    country: 'FI',
    code: 'AX',
    name: 'Åland Islands',
    postcodes: /^22\d{3}$/,
    regions: ['01'],
  }),
  rule({
    country: 'GR',
    code: 'GR-69',
    name: 'Mount Athos',
    postcodes: /^6308[67]$/,
    regions: ['69'],
  }),
  rule({
    country: 'FR',
    code: 'BL',
    name: 'Saint-Barthélemy',
    postcodes: /^(97133|977\d\d)$/,
    regions: ['BL'],
  }),
  rule({
    country: 'FR',
    code: 'MF',
    name: 'Saint-Martin',
    postcodes: /^(97150|978\d\d)$/,
    regions: ['MF'],
  }),
  rule({
    country: 'FR',
    code: 'GP',
    name: 'Guadeloupe',
    postcodes: /^971\d\d$/,
    regions: ['971', 'GUA', 'GP'],
    rates: ANTILLES,
  }),
  rule({
    country: 'FR',
    code: 'MQ',
    name: 'Martinique',
    postcodes: /^972\d\d$/,
    regions: ['972', 'MTQ', 'MQ'],
    rates: ANTILLES,
  }),
  rule({
    country: 'FR',
    code: 'GF',
    name: 'French Guiana',
    postcodes: /^973\d\d$/,
    regions: ['973', 'GUF', 'GF'],
  }),
  rule({
    country: 'FR',
    code: 'RE',
    name: 'Réunion',
    postcodes: /^974\d\d$/,
    regions: ['974', 'LRE', 'RE'],
    rates: REUNION,
  }),
  rule({
    country: 'FR',
    code: 'PM',
    name: 'Saint-Pierre-et-Miquelon',
    postcodes: /^975\d\d$/,
    regions: ['PM'],
  }),
  rule({
    country: 'FR',
    code: 'YT',
    name: 'Mayotte',
    postcodes: /^976\d\d$/,
    regions: ['976', 'MAY', 'YT'],
  }),
  rule({
    country: 'FR',
    code: 'TF',
    name: 'French Southern Territories',
    postcodes: /^984\d\d$/,
    regions: ['TF'],
  }),
  rule({
    country: 'FR',
    code: 'WF',
    name: 'Wallis and Futuna',
    postcodes: /^986\d\d$/,
    regions: ['WF'],
  }),
  rule({
    country: 'FR',
    code: 'PF',
    name: 'French Polynesia',
    postcodes: /^987\d\d$/,
    regions: ['PF'],
  }),
  rule({
    country: 'FR',
    code: 'NC',
    name: 'New Caledonia',
    postcodes: /^988\d\d$/,
    regions: ['NC'],
  }),
  rule({
    country: 'GB',
    code: 'XI',
    name: 'Northern Ireland',
    postcodes: /^BT\d/,
    regions: ['NIR'],
    vatOf: 'GB',
  }),
  rule({ country: 'GB', code: 'JE', name: 'Jersey', postcodes: /^JE\d/ }),
  rule({ country: 'GB', code: 'GG', name: 'Guernsey', postcodes: /^GY\d/ }),
  rule({ country: 'DK', code: 'GL', name: 'Greenland', postcodes: /^39\d\d$/ }),
  rule({ country: 'DK', code: 'FO', name: 'Faroe Islands', postcodes: /^\d{3}$/ }),
  rule({
    country: 'NO',
    code: 'SJ',
    name: 'Svalbard and Jan Mayen',
    postcodes: /^(917[0-8]|8099)$/,
    regions: ['21', '22'],
  }),
  rule({
    country: 'CH',
    code: 'DE-BUESINGEN',
    name: 'Büsingen am Hochrhein',
    postcodes: /^8238$/,
    vatOf: 'CH',
  }),
  rule({
    country: 'PT',
    code: 'PT-30',
    name: 'Madeira',
    postcodes: /^9[0-4]\d{2}(\d{3})?$/,
    regions: ['30'],
    standing: 'inside',
    rates: MADEIRA,
  }),
  rule({
    country: 'PT',
    code: 'PT-20',
    name: 'Azores',
    postcodes: /^9[5-9]\d{2}(\d{3})?$/,
    regions: ['20'],
    standing: 'inside',
    rates: AZORES,
  }),
  rule({
    country: 'AT',
    code: 'AT-JUNGHOLZ',
    name: 'Jungholz and Mittelberg',
    postcodes: /^(6691|699[123])$/,
    standing: 'inside',
    rates: rateHistory('Europe/Vienna', '1995-01-01 19'),
  }),
]

/** Codes of their own, assigned or reserved in ISO 3166-1, that name a territory without a postcode. */
const BY_COUNTRY: ReadonlyMap<string, string> = new Map([
  ['IC', 'ES-CN'],
  ['EA', 'ES-CE'],
  ...['AX', 'BL', 'MF', 'GP', 'MQ', 'GF', 'RE', 'PM', 'YT', 'TF', 'WF', 'PF', 'NC', 'XI'].map(
    (code) => [code, code] as const,
  ),
])

/** The country a territory's own code belongs to: FR of MQ; null for every other code. */
export function territoryByCode(code: string): (Territory & { readonly country: string }) | null {
  const name = BY_COUNTRY.get(code)
  return RULES.find((candidate) => candidate.code === name) ?? null
}

/** The territory within a country that an address lies in, or null. A postcode outweighs a region. */
export function territoryAt(
  country: string,
  address: {
    readonly postcode: string | null
    readonly region: string | null
    readonly city: string | null
  },
): Territory | null {
  const { postcode, region, city } = address
  const found = RULES.find((candidate) => {
    if (candidate.country !== country) return false
    if (postcode === null) return region !== null && candidate.regions.includes(region)
    if (candidate.postcodes?.test(postcode) !== true) return false
    return candidate.city === null || candidate.city.test(city ?? '')
  })
  return found ?? null
}

/** Whether a name stands for a territory with rates of its own: a seller can be registered there. */
export function hasOwnRates(code: string): boolean {
  return RULES.some((candidate) => candidate.code === code && candidate.rates !== null)
}
