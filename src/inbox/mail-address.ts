import { domainToASCII } from 'node:url'

const LONGEST = 254
/** RFC 5321 without quoted local parts: nobody's contact has one, and they hide a second "@". */
const LOCAL = /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~.-]{1,64}$/u
const DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,62}$/

/**
 * An address as contacts are kept: lower case by ASCII alone, its domain in the letters of DNS. "" for what is not
 * plainly one address. Letters that only look like others stay themselves ("аda" with a Cyrillic а is not "ada"; the
 * Kelvin sign is no k), and so do dots and what follows a plus: they are other mailboxes in general.
 */
export function mailAddress(text: string): string {
  const trimmed = text.trim()
  const at = trimmed.lastIndexOf('@')
  if (at < 1 || trimmed.length > LONGEST) return ''
  const local = trimmed.slice(0, at)
  const domain = domainToASCII(asciiLower(trimmed.slice(at + 1)))
  return LOCAL.test(local) && DOMAIN.test(domain) ? `${asciiLower(local)}@${domain}` : ''
}

function asciiLower(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
}
