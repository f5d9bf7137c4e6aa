import { describe, expect, it } from 'vitest'
import { Temporal } from '#src/kernel/time.ts'
import { languageOf } from './language.ts'
import { asksForCardChange, asksForCopy, asksForRefundRules } from './questions.ts'
import { promiseDate } from './promise-date.ts'

// A Wednesday.
const NOW = Temporal.Instant.from('2026-03-04T10:00:00Z')

describe('the day a customer promises', () => {
  it.each([
    ['I will pay on Friday', '2026-03-06'],
    ['We will pay by 2026-03-12.', '2026-03-12'],
    ['Wir zahlen am 15.3. den Betrag', '2026-03-15'],
    ['Wir zahlen am 15.03.2026', '2026-03-15'],
    ['payment on 15 March', '2026-03-15'],
    ['payment on March 20th', '2026-03-20'],
    ['Zahlung am 2. April', '2026-04-02'],
    ['I can pay tomorrow', '2026-03-05'],
    ['in 5 days', '2026-03-09'],
    ['in 2 Wochen', '2026-03-18'],
    ['next Wednesday', '2026-03-11'],
    ['on January 2', '2027-01-02'],
    ['I will pay soon', null],
    ['Guten Morgen, wir zahlen bald', null],
    ['by 2026-02-01', null],
    ['on 31.02.', null],
    ['we pay on 20/3', '2026-03-20'],
    ['we pay on 3/20/2026', '2026-03-20'],
    ['we pay on 3/4', null],
    ['we pay on 3/5/2026', null],
    ['10 out of 20 invoices', null],
    ['Zapłacimy 20 marca', '2026-03-20'],
    ['Zapłacę w piątek', '2026-03-06'],
    ['Zapłacę jutro', '2026-03-05'],
    ['za 5 dni', '2026-03-09'],
    ['Pagamos em 3 de outubro', '2026-10-03'],
    ['Pago na sexta-feira', '2026-03-06'],
    ['Vou pagar amanhã', '2026-03-05'],
    ['3月20日に支払います', '2026-03-20'],
    ['２０２６年４月１日に払います', '2026-04-01'],
    ['金曜日に支払います', '2026-03-06'],
    ['5日後に支払います', '2026-03-09'],
    ['明日支払います', '2026-03-05'],
    ['سندفع يوم ٢٠ مارس', '2026-03-20'],
    ['سندفع يوم الجمعة', '2026-03-06'],
    ['سندفع غدًا', '2026-03-05'],
    ['خلال 5 أيام', '2026-03-09'],
  ])('%s → %s', (text, day) => {
    expect(promiseDate(text, NOW, 'Europe/Berlin')).toBe(day)
  })
})

describe('the language of a mail', () => {
  it.each([
    ['Why is my invoice higher than the last one?', 'de-DE', 'en'],
    ['Warum ist meine Rechnung höher als im letzten Monat?', 'en-GB', 'de'],
    ['Rechnung?', 'de-AT', 'de'],
    ['ok', 'pt-PT', 'pt'],
    ['ok', 'sv-SE', 'en'],
    ['Por que a minha fatura está mais alta do que no mês passado?', 'en-GB', 'pt'],
    ['¿Por qué mi factura es más alta que el mes pasado?', 'en-GB', 'es'],
    ['Dlaczego moja faktura jest wyższa niż w zeszłym miesiącu?', 'en-GB', 'pl'],
    ['先月より請求額が高いのはなぜですか。', 'en-GB', 'ja'],
    ['لماذا فاتورتي أعلى من الشهر الماضي؟', 'en-GB', 'ar'],
    ['چرا صورتحساب من بیشتر است؟', 'en-GB', 'en'],
    ['¿Me puede enviar la factura de febrero?', 'de', 'es'],
    ['How do I update my card?', 'fr', 'en'],
    ['Send the invoice again', 'pl', 'en'],
    ['Où puis-je voir ma consommation ?', 'de', 'fr'],
    ['Quando scade la fattura?', 'de', 'it'],
    ['Wanneer moet deze factuur betaald zijn?', 'en', 'nl'],
    ['Quando vence a fatura?', 'en', 'pt'],
    ['Kiedy jest termin płatności?', 'en', 'pl'],
    ['Bitte die Rechnung noch einmal', 'en', 'de'],
  ])('%s from %s → %s', (text, locale, language) => {
    expect(languageOf(text, locale)).toBe(language)
  })
})

describe('what a customer asks for', () => {
  it.each([
    'Please send the invoice again.',
    'Können Sie mir bitte die Rechnung für Februar schicken?',
    'Pouvez-vous me renvoyer la facture ?',
    '¿Me puede enviar la factura?',
    'Potete inviarmi la fattura? Basta una copia.',
    'Pode enviar-me uma cópia da fatura?',
    'Kunt u de factuur nogmaals sturen?',
    'Proszę przesłać fakturę jeszcze raz.',
    '請求書を再送していただけますか。',
    'هل يمكنكم إرسال الفاتورة مرة أخرى؟',
  ])('%s: the invoice itself', (words) => {
    expect(asksForCopy(words)).toBe(true)
  })
  it.each([
    'What are your refund rules when an invoice was too high?',
    'Wie sind Ihre Erstattungsbedingungen?',
    'Quelles sont vos conditions de remboursement ?',
    'Jakie są zasady zwrotów?',
  ])('%s: a rule', (words) => {
    expect(asksForRefundRules(words)).toBe(true)
    expect(asksForCopy(words)).toBe(false)
  })
  it.each([
    'How do I update my card?',
    'Wie kann ich eine neue Karte hinterlegen?',
    'カードを変更したい',
  ])('%s: another card', (words) => {
    expect(asksForCardChange(words)).toBe(true)
  })
  it.each(['Why is my invoice higher?', 'Was steht auf Zeile drei?', 'Is my card payment late?'])(
    '%s: none of it',
    (words) => {
      expect([asksForCopy(words), asksForRefundRules(words), asksForCardChange(words)]).toEqual([
        false,
        false,
        false,
      ])
    },
  )
})
