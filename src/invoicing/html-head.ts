import type { Party } from '#db/schema/invoicing.ts'
import type { Formats } from './formats.ts'
import { html, type Markup } from './markup.ts'
import type { InvoiceView } from './view.ts'

export function heading({ doc, labels }: InvoiceView, title: string): Markup {
  const stamp =
    doc.status === 'paid'
      ? html`<span class="stamp">${labels.statusPaid}</span>`
      : doc.status === 'void' && html`<span class="stamp void">${labels.statusVoid}</span>`
  return html`<header>
    <div class="logo">
      <span class="mark">${String.fromCodePoint(doc.seller.name.codePointAt(0) ?? 32)}</span
      ><span>${doc.seller.name}</span>
    </div>
    <h1>${title}${stamp}</h1>
  </header>`
}

export function parties({ doc, labels, formats }: InvoiceView): Markup {
  return html`<section class="parties">
    <div>
      <h2>${labels.billTo}</h2>
      ${partyLines(doc.buyer, formats)} ${taxIdLine(labels.customerTaxId, doc.buyer)}
      <span class="note">${labels.account} ${doc.customerId}</span>
    </div>
    <div class="seller">
      <h2>${labels.from}</h2>
      ${partyLines(doc.seller, formats)} ${doc.seller.email && html`${doc.seller.email}<br />`}
    </div>
  </section>`
}

function partyLines(party: Party, formats: Formats): Markup {
  const country = party.country === null ? null : formats.country(party.country)
  const place = [party.region, country].filter((part) => part !== null).join(', ')
  const lines = [...party.lines, place].filter((line) => line !== '')
  return html`<strong>${party.name}</strong><br />${lines.map((line) => html`${line}<br />`)}`
}

function taxIdLine(label: string, { taxId }: Party): Markup | null {
  return taxId === null ? null : html`${label} ${taxId}`
}

export function facts({ doc, labels, formats }: InvoiceView): Markup {
  const entries: [string, string][] = [
    ...(doc.number === null ? [] : [[labels.number, doc.number] satisfies [string, string]]),
    [labels.date, formats.day(doc.finalizedAt ?? doc.createdAt)],
    ...(doc.dueAt === null
      ? []
      : [[labels.due, formats.day(doc.dueAt)] satisfies [string, string]]),
    [labels.period, formats.days({ start: doc.periodStart, end: doc.periodEnd })],
  ]
  return html`<dl class="facts">
    ${entries.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`
}
