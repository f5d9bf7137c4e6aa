import { describe, expect, it } from 'vitest'
import { parseCurrency } from '#src/kernel/currency.ts'
import { parseDecimal } from '#src/kernel/decimal.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { renderInvoiceHtml } from './html.ts'
import { invoiceMail } from './send-invoice.ts'
import { sampleInvoice } from './testing/sample-invoice.ts'

const PUBLIC = { publicUrl: 'https://billing.acme.example/' }
const PRESENTATION = sampleInvoice().presentation

/** What a reader sees: tags gone, spaces joined. */
function textOf(page: string): string {
  return page
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/[\s\u00a0\u202f]+/g, ' ')
}

describe('the invoice page', () => {
  it('shows everything an invoice must carry', () => {
    const text = textOf(renderInvoiceHtml(sampleInvoice(), PUBLIC))
    for (const fact of [
      'INV-2026-02-0047',
      'Mar 1, 2026',
      'Mar 31, 2026',
      'Feb 1 – 28, 2026',
      'Nordlicht Software GmbH',
      'Acme API GmbH',
      'Customer number 1047',
      '147,891 €0.0005 €73.95',
      'Subtotal €262.95',
      'VAT 19% (Germany) on €262.95 €49.96',
      'Please pay €312.91 by Mar 31, 2026.',
      'Total €312.91',
      'Amount due €312.91',
      'DE89 3704 0044 0532 0130 00',
      'RF89INV2026020047',
      'https://billing.acme.example/i/0123456789abcdef0123456789abcdef012345',
      'VAT ID DE123456788',
      'Net 30 days',
    ])
      expect(text).toContain(fact)
  })

  it('speaks German to a German customer', () => {
    const doc = sampleInvoice({ presentation: { ...PRESENTATION, locale: 'de' } })
    const text = textOf(renderInvoiceHtml(doc, PUBLIC))
    expect(text).toContain('Gesamtbetrag 312,91 €')
    expect(text).toContain('147.891 0,0005 € 73,95 €')
    expect(text).toContain('01.–28.02.2026')
  })

  it('escapes every value and loads nothing from elsewhere', () => {
    const evil = '<script>alert(1)</script><img src=x onerror=1>"\'&'
    const doc = sampleInvoice()
    const page = renderInvoiceHtml(
      sampleInvoice({
        number: evil,
        customerId: evil,
        paymentReference: evil,
        publicToken: evil,
        seller: {
          name: evil,
          lines: [evil],
          country: 'DE',
          region: evil,
          taxId: evil,
          email: evil,
        },
        buyer: { name: evil, lines: [evil], country: null, region: evil, taxId: evil, email: evil },
        lines: doc.lines.map((line) => ({ ...line, description: evil })),
        taxes: doc.taxes.map((tax) => ({ ...tax, jurisdiction: evil, note: evil })),
        presentation: {
          ...PRESENTATION,
          bank: { name: evil, iban: evil, bic: evil },
          paymentInstructions: evil,
          brandColor: `red}</style>${evil}`,
        },
      }),
      PUBLIC,
    )
    expect(page).not.toMatch(/<script|<img|onerror=1>"/)
    expect(page.match(/<style>/g)).toHaveLength(1)
    expect(page).not.toMatch(/<(link|iframe|object|svg)|url\(|@import/)
  })

  it('carries the reverse charge note, what was paid, and no payment box once nothing is owed', () => {
    const doc = sampleInvoice({
      status: 'paid',
      paidMinor: 26295n,
      openMinor: 0n,
      taxes: [
        {
          jurisdiction: 'FR',
          rate: parseDecimal('0'),
          baseMinor: 26295n,
          amountMinor: 0n,
          note: 'Reverse charge: VAT is due from the recipient',
          treatment: 'reverse_charge',
          rateSince: null,
          taxPoint: parseInstant('2026-02-28T12:00:00Z'),
        },
      ],
    })
    const text = textOf(renderInvoiceHtml(doc, PUBLIC))
    expect(text).toContain('Reverse charge: VAT is due from the recipient')
    expect(text).toContain('Paid -€262.95')
    expect(text).not.toContain('IBAN')
  })

  it('shows currencies with no and with three digits as they are', () => {
    const totalOf = (code: string) =>
      textOf(renderInvoiceHtml(sampleInvoice({ currency: parseCurrency(code) }))).match(
        /Total (\S+ ?\S+) /,
      )?.[1]
    expect(totalOf('JPY')).toBe('¥31,291 Amount')
    expect(totalOf('KWD')).toBe('KWD 31.291')
  })
})

describe('the mail with an invoice', () => {
  it('says number, amount, due date and link in the customer’s language', () => {
    const english = invoiceMail(sampleInvoice(), 'https://x.example/i/1')
    expect(english.subject).toBe('Invoice INV-2026-02-0047 from Acme API GmbH')
    expect(english.text).toMatch(/€312\.91[\s\S]*by Mar 31, 2026[\s\S]*https:\/\/x\.example\/i\/1/)
    const card = { ...PRESENTATION, locale: 'de-AT', collection: 'card' as const }
    const german = invoiceMail(sampleInvoice({ presentation: card }), 'https://x.example/i/1')
    expect(german.subject).toBe('Rechnung INV-2026-02-0047 von Acme API GmbH')
    expect(german.text).toContain('hinterlegten Karte')
  })
})
