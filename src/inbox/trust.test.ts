import { expect, it } from 'vitest'
import { authenticationVerdict, judgeSender, readAuthenticationResults } from './trust.ts'

const verdict = (header: string) =>
  authenticationVerdict(readAuthenticationResults(header, 'ada@customer.example'))

it.each([
  ['spf=pass dkim=pass dmarc=pass', 'pass'],
  ['spf=fail dkim=none dmarc=fail', 'fail'],
  ['spf=pass dkim=pass dmarc=fail', 'fail'],
  ['spf=fail dkim=none', 'fail'],
  ['spf=softfail dkim=fail dmarc=none', 'fail'],
  ['spf=none dkim=none dmarc=none', 'none'],
  ['', 'none'],
  // Passing for the attacker's own domain is no proof about the domain in From.
  ['spf=pass smtp.mailfrom=x@evil.example dkim=pass header.d=evil.example dmarc=none', 'none'],
  ['spf=pass dkim=pass dmarc=none', 'none'],
  ['dkim=pass header.d=customer.example dmarc=none', 'pass'],
  ['dkim=fail header.d=customer.example; dkim=pass header.d=mail.customer.example', 'pass'],
  ['dkim=fail header.d=customer.example; spf=pass smtp.mailfrom=evil.example', 'none'],
  ['dkim=pass header.d=example', 'none'],
  // A sender may quote anything in front of the @.
  ['spf=fail smtp.mailfrom="a dmarc=pass "@evil.example; dmarc=none', 'fail'],
  ['spf=pass smtp.mailfrom="x smtp.mailfrom=a@customer.example "@evil.example', 'none'],
  ['dmarc=fail; dmarc=pass', 'fail'],
  ['mx.acme.example; spf=pass (sender ok) smtp.mailfrom=ada@customer.example', 'pass'],
])('reads "%s" as %s', (header, expected) => {
  expect(verdict(header)).toBe(expected)
})

const facts = {
  customerIds: ['1047'],
  threadCustomerId: null,
  verdict: 'pass',
  mode: 'live',
} as const

it.each([
  [facts, 'verified', '1047'],
  [{ ...facts, customerIds: [] }, 'unverified', null],
  [{ ...facts, verdict: 'fail' as const }, 'unverified', null],
  [{ ...facts, verdict: 'none' as const }, 'unverified', null],
  [{ ...facts, verdict: 'none' as const, mode: 'sandbox' as const }, 'verified', '1047'],
  [{ ...facts, verdict: 'fail' as const, mode: 'sandbox' as const }, 'unverified', null],
  [{ ...facts, customerIds: ['1', '2'] }, 'unverified', null],
  [{ ...facts, customerIds: ['1', '2'], threadCustomerId: '2' }, 'verified', '2'],
  [{ ...facts, customerIds: ['1', '2'], threadCustomerId: '3' }, 'unverified', null],
  // The thread of another account makes nobody a contact of it.
  [{ ...facts, threadCustomerId: '3' }, 'verified', '1047'],
])('judges %o as %s of account %s', (given, trust, customerId) => {
  expect(judgeSender(given)).toMatchObject({ trust, customerId })
})
