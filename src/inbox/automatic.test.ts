import { expect, it } from 'vitest'
import { automaticReason } from './automatic.ts'

const mail = (headers: Record<string, string>, from = 'ada@customer.example') => ({
  headers: new Map(Object.entries(headers)),
  envelopeFrom: null,
  from,
  ownAddresses: ['billing@acme.example'],
})

it.each([
  [{ 'auto-submitted': 'auto-replied' }],
  [{ 'auto-submitted': 'auto-generated; owner-email="a@b.example"' }],
  [{ 'auto-submitted': '(vacation) Auto-Replied' }],
  [{ precedence: 'Bulk' }],
  [{ precedence: 'list' }],
  [{ 'list-id': '<news.customer.example>' }],
  [{ 'return-path': ' < > ' }],
  [{ 'x-autoreply': 'yes' }],
  [{ 'content-type': 'multipart/report; report-type=delivery-status; boundary=x' }],
])('recognises a machine by %o', (headers) => {
  expect(automaticReason(mail(headers))).not.toBeNull()
})

it.each([
  [{}],
  [{ 'auto-submitted': 'no' }],
  [{ 'auto-submitted': 'No (a person wrote this)' }],
  [{ precedence: 'first-class' }],
  [{ 'return-path': '<ada@customer.example>' }],
  [{ 'x-auto-response-suppress': 'All' }],
])('takes a person for a person: %o', (headers) => {
  expect(automaticReason(mail(headers))).toBeNull()
})

it('recognises bounces, mail systems and our own address', () => {
  expect(automaticReason({ ...mail({}), envelopeFrom: '' })).toBe('empty Return-Path')
  expect(automaticReason(mail({}, 'mailer-daemon@mx.example'))).not.toBeNull()
  expect(automaticReason(mail({}, 'billing@acme.example'))).toBe('our own address')
})
