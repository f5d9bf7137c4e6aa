import { describe, expect, it } from 'vitest'
import { fillFacts, gateText } from './gate-text.ts'
import { maskSecrets } from './secrets.ts'

const FACTS = {
  'invoice.total': '€312.91',
  'invoice.link': 'https://billing.acme.example/i/tok',
  'contact.name': 'Ada',
}
const codes = (text: string, author: 'model' | 'human' = 'model') =>
  gateText(text, { facts: FACTS, author }).map(({ code }) => code)

describe('the gates of outgoing text', () => {
  it('lets facts through and fills them in', () => {
    const text =
      'Hello {{fact:contact.name}}, the total is {{fact:invoice.total}}: {{fact:invoice.link}}'
    expect(fillFacts(text, { facts: FACTS, author: 'model' })).toEqual({
      kind: 'filled',
      text: 'Hello Ada, the total is €312.91: https://billing.acme.example/i/tok',
    })
  })

  it('keeps figures in their own order among Arabic, and links as they are', () => {
    const text = 'المبلغ {{fact:invoice.total}}: {{fact:invoice.link}}'
    expect(fillFacts(text, { facts: FACTS, author: 'rules' })).toMatchObject({
      text: 'المبلغ \u2068€312.91\u2069: https://billing.acme.example/i/tok',
    })
  })

  it('fills once: a fact that looks like a placeholder stays text', () => {
    const facts = { ...FACTS, 'contact.name': '{{fact:invoice.total}}' }
    expect(fillFacts('Hi {{fact:contact.name}}', { facts, author: 'model' })).toMatchObject({
      text: 'Hi {{fact:invoice.total}}',
    })
  })

  it.each([
    ['unknown_fact', 'It is {{fact:other.total}}.'],
    ['unknown_fact', 'It is {{fact:constructor}}.'],
    ['broken_placeholder', 'It is {{invoice.total}}.'],
    ['free_number', 'It is 312.91.'],
    ['free_number', 'It is ３１２.'],
    ['free_number', 'It is ³¹².'],
    ['free_amount', 'It is a few €.'],
    ['free_date', 'We will try again on Friday.'],
    ['free_number', 'It is fifty euros.'],
    ['free_number', 'Es sind zwanzig Euro.'],
    ['free_number', 'It is in chapter XIV.'],
    ['free_number', 'Il y a vingt-cinq appels.'],
    ['free_number', 'Son doscientos en total.'],
    ['free_number', 'Sono duecento.'],
    ['free_number', 'São vinte.'],
    ['free_number', 'Het zijn vijfentwintig stuks.'],
    ['free_number', 'To jest dwadzieścia.'],
    ['free_number', '合計は二十です。'],
    ['free_number', '三回試みました。'],
    ['free_number', 'المبلغ خمسون.'],
    ['free_number', 'المبلغ ٥٠.'],
    ['free_number', 'Es sind fünfundzwanzig.'],
    ['free_amount', 'A few percent more.'],
    ['free_amount', 'To kilka złotych.'],
    ['free_amount', '数ドルです。'],
    ['free_amount', 'بضعة دولارات، أي دولار.'],
    ['free_date', 'We will try in May.'],
    ['free_date', 'Vamos tentar na segunda-feira.'],
    ['free_date', 'Spróbujemy w piątek.'],
    ['free_date', 'Do końca października.'],
    ['free_date', '月曜日に試みます。'],
    ['free_date', 'سنحاول يوم الجمعة.'],
    ['free_date', 'سنحاول غدًا.'],
    ['free_date', 'Frïday it is.'],
    ['free_id', 'It is inv_abcdef.'],
    ['endless_word', 'a'.repeat(8_000)],
    ['markup', 'Hello <b>Ada</b>.'],
    ['markup', 'See [this](there).'],
    ['hidden_character', 'It is fri\u200bday.'],
    ['hidden_character', 'It is \u202eyadirf.'],
    ['broken_placeholder', 'It is \uff5b\uff5bfact:invoice.total\uff5d\uff5d.'],
    ['foreign_script', 'Мы вернём деньги.'],
    ['spaced_letters', 'We r e f u n d you.'],
    ['link', 'See https://evil.example.'],
    ['link', 'See evil.example/x.'],
    ['link', 'See ｅｖｉｌ.example.'],
    ['link', 'Mail me at eve@evil.example.'],
    ['link', 'Click javascript://x.'],
    ['threat', 'Otherwise we go to court.'],
    ['threat', 'Sonst droht ein Mahnbescheid.'],
    ['threat', 'Sonst Inkasso.'],
    ['fraud_word', 'Your card was stolen.'],
    ['fraud_word', 'Verdacht auf Betrug.'],
    ['fraud_word', 'Your card was sto\u200blen.'],
    ['balance_word', 'There were insufficient funds.'],
    ['money_promise', 'We will refund you.'],
    ['money_promise', 'The amount has been credited.'],
    ['money_promise', 'Wir erstatten Ihnen den Betrag.'],
    ['money_promise', 'Vous serez remboursé.'],
    ['money_promise', 'Le devolveremos el importe.'],
    ['money_promise', 'Riceverà uno sconto.'],
    ['money_promise', 'Vamos reembolsar o valor.'],
    ['money_promise', 'U krijgt korting.'],
    ['money_promise', 'Zwrócimy tę kwotę.'],
    ['money_promise', '返金いたします。'],
    ['money_promise', 'سنعيد المبلغ ونمنحكم خصمًا.'],
    ['money_promise', 'The fee is waived.'],
    ['time_promise', 'We have extended the due date.'],
    ['time_promise', 'Przedłużamy termin.'],
    ['time_promise', '期限を延長します。'],
    ['threat', 'W przeciwnym razie sprawa trafi do sądu.'],
    ['threat', 'さもなければ法的措置を取ります。'],
    ['threat', 'سنرفع دعوى.'],
    ['threat', 'Senão seguem medidas legais.'],
    ['fraud_word', 'Karta została skradziona.'],
    ['fraud_word', 'カードの不正利用です。'],
  ])('%s: %s', (code, text) => {
    expect(codes(text)).toContain(code)
  })

  it('lets the parts of a difference stand only together', () => {
    const facts = {
      'change.total': '+3',
      'change.part.1': 'a',
      'change.part.2': 'b',
      'change.tax': 'c',
    }
    const said = (text: string) => gateText(text, { facts, author: 'model' })
    expect(said('It rose by {{fact:change.total}}.')).toEqual([])
    expect(said('{{fact:change.part.1}} {{fact:change.part.2}} {{fact:change.tax}}')).toEqual([])
    expect(said('It is all {{fact:change.part.1}} and {{fact:change.part.2}}.')).toEqual([
      { code: 'incomplete_sum', found: 'change.tax' },
    ])
  })

  it.each([
    'Your invoice is paid.',
    'Ihre Rechnung wurde bereits bezahlt.',
    'Votre facture a été réglée.',
    'Faktura została zapłacona.',
    'お支払い済みです。',
  ])('holds a claim against the facts: %s', (text) => {
    const said = (state: string) =>
      gateText(text, { facts: { 'invoice.state': state }, author: 'model' })
    expect(said('open')).toMatchObject([{ code: 'contradicts_facts' }])
    expect(said('paid')).toEqual([])
    const condition = { facts: { 'invoice.state': 'open' }, author: 'model' as const }
    expect(gateText('Your access comes back once it is paid.', condition)).toEqual([])
  })

  it('lets a person write numbers and our own links, nothing else', () => {
    expect(codes('Call at 15:00, we refund 20 EUR.', 'human')).toEqual([])
    expect(codes('See https://billing.acme.example/i/other', 'human')).toEqual([])
    expect(codes('See https://billing.acme.example.evil.example/', 'human')).toContain('link')
    expect(codes('See https://billing.acme.example@evil.example/', 'human')).toContain('link')
    expect(codes('Pay to DE89 3704 0044 0532 0130 00', 'human')).toContain('iban')
    expect(codes('Your card 4242 4242 4242 4242', 'human')).toContain('card_number')
    expect(codes('or we see you in court', 'human')).toContain('threat')
  })

  it('takes secrets out of what customers write', () => {
    const text =
      'card 4242 4242 4242 4242, iban de89 3704 0044 0532 0130 00, key sk_live_abcdefghijkl'
    expect(maskSecrets(text)).toBe(
      'card [card number removed], iban [iban removed], key [secret removed]',
    )
    expect(maskSecrets('INV-2026-02-0047 order 1234567890123')).toBe(
      'INV-2026-02-0047 order 1234567890123',
    )
  })
})
