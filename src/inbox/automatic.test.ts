import { expect, it } from 'vitest'
import { automaticReason } from './automatic.ts'

const mail = (
  headers: Record<string, string>,
  from = 'ada@customer.example',
  subject = 'Question',
) => ({
  headers: Object.entries(headers).map(([key, value]) => ({ key, value })),
  subject,
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
  [{ 'x-auto-response-suppress': 'DR, OOF, AutoReply' }],
  [{ 'list-unsubscribe': '<https://news.example/u>' }],
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
  [{ 'x-auto-response-suppress': 'DR, RN' }],
])('takes a person for a person: %o', (headers) => {
  expect(automaticReason(mail(headers))).toBeNull()
})

it('recognises bounces, mail systems and our own address', () => {
  expect(automaticReason({ ...mail({}), envelopeFrom: '' })).toBe('empty Return-Path')
  expect(automaticReason(mail({}, 'mailer-daemon@mx.example'))).not.toBeNull()
  expect(automaticReason(mail({}, 'billing@acme.example'))).toBe('our own address')
})

it.each([
  'Automatic reply: Your invoice',
  'Out of Office Re: Your invoice',
  'Abwesenheitsnotiz: Ihre Rechnung',
  'Automatische Antwort: Ihre Rechnung',
  'Réponse automatique : Votre facture',
  'Respuesta automática: Su factura',
  'Risposta automatica: la fattura',
  'Resposta automática: sua fatura',
  'Automatisch antwoord: uw factuur',
  'Odpowiedź automatyczna: faktura',
  'Autosvar: din faktura',
  '自動応答: 請求書',
  '自动回复: 发票',
  'رد تلقائي: الفاتورة',
  'Автоответ: счёт',
])('recognises an absence note by its subject alone: %s', (subject) => {
  expect(automaticReason(mail({}, 'ada@customer.example', subject))).not.toBeNull()
})

it.each([
  'Re: Automatic reply: Your invoice',
  'Our office moved',
  'Automatic reply settings are broken since the upgrade',
  'Abwesenheit von Belegen in der Rechnung',
  'Absence of VAT on the invoice',
  'Out of office hours usage was billed',
])('does not take a person’s subject for one: %s', (subject) => {
  expect(automaticReason(mail({}, 'ada@customer.example', subject))).toBeNull()
})
