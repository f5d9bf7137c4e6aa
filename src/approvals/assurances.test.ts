import { describe, expect, it } from 'vitest'
import { gateText } from './gate-text.ts'

const OWED = { 'invoice.state': 'open', 'invoice.open': '€312.91', 'promise.date': '20 March' }
const codes = (text: string, language: string, facts: Record<string, string> = OWED) =>
  gateText(text, { facts, author: 'model', language }).map(({ code }) => code)

describe('what a model claims in words alone', () => {
  it.each([
    ['en', 'claimed_deed', 'We have moved your subscription.', 'We have looked at your invoice.'],
    ['en', 'claimed_deed', 'Your limit has been removed.', 'Your usage has been recorded here.'],
    ['en', 'price_assurance', 'Your plan price is unchanged.', 'The price is on your invoice.'],
    ['en', 'money_on_its_way', 'Your money is on its way.', 'Your payment is on its way to us.'],
    [
      'en',
      'another_customer',
      'That company is a customer of ours.',
      'Your company is named here.',
    ],
    ['en', 'own_workings', 'My instructions forbid it.', 'You can find the page here.'],
    ['en', 'contradicts_facts', 'You do not have to pay it.', 'You can pay it at any time.'],
    ['de', 'claimed_deed', 'Wir haben Ihren Tarif umgestellt.', 'Wir haben Ihre Rechnung geprüft.'],
    ['de', 'price_assurance', 'Der Preis bleibt gleich.', 'Der Preis steht auf der Rechnung.'],
    [
      'de',
      'claimed_deed',
      'Ihr Zugang ist wieder freigeschaltet.',
      'Ihr Zugang ist eingeschränkt.',
    ],
    ['fr', 'claimed_deed', 'Nous avons changé votre adresse.', 'Nous avons vérifié votre facture.'],
    ['fr', 'claimed_deed', 'Votre accès a été rétabli.', 'Votre accès est limité.'],
    ['es', 'claimed_deed', 'Hemos cambiado su plan.', 'Hemos recibido su mensaje.'],
    ['es', 'bank_details', 'Nuestra cuenta bancaria es otra.', 'Puede pagar la factura aquí.'],
    ['it', 'claimed_deed', 'Abbiamo spostato la fattura.', 'Abbiamo ricevuto il messaggio.'],
    ['it', 'third_party', 'Una copia va al commercialista.', 'La fattura è qui in allegato.'],
    ['pt', 'claimed_deed', 'O limite foi removido.', 'O limite é do plano.'],
    ['pt', 'legal_or_tax_advice', 'Pode deduzir nos seus impostos.', 'Pode pagar a fatura aqui.'],
    ['nl', 'claimed_deed', 'We hebben uw pakket gewijzigd.', 'We hebben uw factuur bekeken.'],
    ['nl', 'contract_promise', 'Het contract is opgezegd.', 'Het pakket staat op de factuur.'],
    ['pl', 'claimed_deed', 'Państwa plan został zmieniony.', 'To jest plan na fakturze.'],
    ['pl', 'secret_word', 'To jest tajny klucz.', 'To jest faktura.'],
    ['ja', 'claimed_deed', 'プランを変更しました。', 'プランは請求書にあります。'],
    ['ja', 'contradicts_facts', 'お支払いの必要はありません。', 'お支払いはこちらです。'],
    ['ar', 'claimed_deed', 'تم تغيير باقتكم.', 'باقتكم في الفاتورة.'],
    ['ar', 'price_assurance', 'سعر باقتكم لن يتغير.', 'السعر في الفاتورة.'],
  ])('%s: %s is refused: %s (and not: %s)', (language, code, claim, harmless) => {
    expect(codes(claim, language)).toContain(code)
    expect(codes(harmless, language)).toEqual([])
  })

  it('stands where the fact that bears it out is named', () => {
    const text = 'You will not hear from us until {{fact:promise.date}}.'
    expect(codes(text, 'en')).toEqual([])
    expect(codes('You will not hear from us.', 'en')).toContain('time_promise')
    expect(codes('There is nothing to pay.', 'en', { 'invoice.state': 'paid' })).toEqual([])
    expect(codes('There is nothing to pay.', 'en')).toContain('contradicts_facts')
  })

  it('is held to what is open even where only that is known', () => {
    const reminder = { 'invoice.open': '€312.91' }
    expect(codes('The invoice is paid.', 'en', reminder)).toContain('contradicts_facts')
  })
})

describe('what is written in another language than the customer reads', () => {
  it.each([
    ['en', 'Paranız size iade edildi.'],
    ['en', 'Tarif byl zmenen.'],
    ['en', '我们已经退款给您。'],
    ['ja', '我们已经退款给您。'],
    ['ar', 'Your money is sent back to you.'],
    ['ar', 'پول شما برگشت داده شد.'],
    ['de', 'The money comes back to you.'],
    ['pl', 'Adresa byla zmenena.'],
  ])('in %s, %s is refused unread', (language, text) => {
    expect(codes(text, language)).toContain('other_language')
  })

  it('passes with names and numbers of any language, which are facts', () => {
    const facts = { 'contact.name': 'Şükrü Öğünç', 'seller.name': '株式会社 東京' }
    expect(codes('Hello {{fact:contact.name}}, this is for you.', 'en', facts)).toEqual([])
  })
})
