import type { Party } from '#db/schema/invoicing.ts'
import type { Formats } from './formats.ts'
import { html, type Markup } from './markup.ts'
import { stampOf } from './settlement-words.ts'
import type { InvoiceView } from './view.ts'

export function heading(view: InvoiceView, title: string): Markup {
  const { doc } = view
  const stamp = stampOf(view)
  return html`<header>
    ${brand(doc)}
    <h1>
      ${title}${stamp !== null && html`<span class="stamp ${stamp.tone}">${stamp.text}</span>`}
    </h1>
  </header>`
}

/** The logo, which is in the page itself; else the mark and the name. */
function brand({ seller, presentation: { logo } }: InvoiceView['doc']): Markup {
  if (logo !== null && /^data:image\/(png|jpeg);base64,[A-Za-z0-9+/]+={0,2}$/.test(logo))
    return html`<div class="logo"><img src="${logo}" alt="${seller.name}" /></div>`
  return html`<div class="logo">
    <span class="mark" aria-hidden="true"
      >${String.fromCodePoint(seller.name.codePointAt(0) ?? 32)}</span
    ><span>${seller.name}</span>
  </div>`
}

export function parties({ doc, labels, formats }: InvoiceView): Markup {
  const { buyer, seller } = doc
  const taxIdLabel = /^[A-Z]{2}/i.test(buyer.taxId ?? '')
    ? labels.customerTaxId
    : labels.buyerTaxNumber
  return html`<section class="parties">
    <div>
      <h2>${labels.billTo}</h2>
      ${partyLines(buyer, formats)}
      ${buyer.taxId !== null && html`<span class="note">${taxIdLabel} ${buyer.taxId}</span>`}
      <span class="note">${labels.customerNumber} ${doc.customerId}</span>
    </div>
    <div class="seller">
      <h2>${labels.from}</h2>
      ${partyLines(seller, formats)}
      ${seller.email && html`<a href="mailto:${seller.email}">${seller.email}</a>`}
    </div>
  </section>`
}

function partyLines(party: Party, formats: Formats): Markup {
  const country = party.country === null ? null : formats.country(party.country)
  const place = [party.region, country].filter((part) => part !== null).join(', ')
  const lines = [...party.lines, place].filter((line) => line !== '')
  return html`<address>
    <strong dir="auto">${party.name}</strong
    >${lines.map((line) => html`<span dir="auto">${line}</span>`)}
  </address>`
}

export function facts({ doc, labels, formats }: InvoiceView): Markup {
  const entries: (readonly [string, string])[] = [
    ...(doc.number === null ? [] : [[labels.number, doc.number] as const]),
    ...(doc.corrects ? [[labels.corrects, doc.corrects.number] as const] : []),
    [labels.date, formats.day(doc.finalizedAt ?? doc.createdAt)],
    ...(doc.dueAt === null ? [] : [[labels.due, formats.day(doc.dueAt)] as const]),
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
