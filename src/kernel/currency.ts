import { invalidField } from './errors.ts'

/** ISO 4217 alphabetic code, upper case. */
export type Currency = string & { readonly __unit: 'currency' }

// Source: ISO 4217 list one (active codes for payments). Intl's digits differ for 16 of them, so Intl never decides.
const WITHOUT_DIGITS = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
const WITH_THREE = 'BHD IQD JOD KWD LYD OMR TND'
const WITH_FOUR = 'CLF UYW'
const WITH_TWO =
  'AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD ' +
  'CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP ' +
  'GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD ' +
  'MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP ' +
  'PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT ' +
  'TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG'

const DIGITS = new Map<string, number>([
  ...WITHOUT_DIGITS.split(' ').map((code) => [code, 0] as const),
  ...WITH_TWO.split(' ').map((code) => [code, 2] as const),
  ...WITH_THREE.split(' ').map((code) => [code, 3] as const),
  ...WITH_FOUR.split(' ').map((code) => [code, 4] as const),
])

/** @throws invalid_input naming `path` when the code is not an active ISO 4217 currency. */
export function parseCurrency(text: string, path = 'currency'): Currency {
  const code = text.toUpperCase()
  if (!DIGITS.has(code)) throw invalidField(path, `"${text}" is not an ISO 4217 currency`)
  return code as Currency
}

/** Digits after the point: 0, 2, 3 or 4. */
export function currencyDigits(currency: Currency): number {
  return DIGITS.get(currency) ?? 2
}
