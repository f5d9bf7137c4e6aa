/** Where a customer sits: 14 member states, three US states, four others. */
export interface Place {
  readonly country: string
  readonly region?: string
  readonly timeZone: string
  readonly locale: string
  readonly city: string
  readonly postalCode: string
  readonly vatId?: string
}

// VAT IDs are made up to pass each country's format and checksum.
export const PLACES: readonly Place[] = [
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
