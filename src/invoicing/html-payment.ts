import { html, type Markup } from './markup.ts'
import type { InvoiceView } from './view.ts'

export function payment({ doc, labels, link }: InvoiceView): Markup | null {
  if (doc.status === 'draft' || doc.openMinor === 0n) return null
  const { bank, collection, paymentInstructions } = doc.presentation
  const entries: [string, string][] = [
    ...(bank === null
      ? []
      : ([
          [labels.bank, bank.name],
          ['IBAN', groupsOfFour(bank.iban)],
          ['BIC', bank.bic],
        ] satisfies [string, string][])),
    [labels.reference, doc.paymentReference],
  ]
  const online =
    link === null
      ? null
      : collection === 'card'
        ? { href: `${link}/card`, label: labels.payByCard }
        : { href: link, label: labels.viewOnline }
  return html`<section class="pay">
    <div>
      <h2>${labels.payment}</h2>
      <dl>
        ${entries.map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
    </div>
    <div>
      ${collection === 'card' && html`<p>${labels.chargedToCard}</p>`}
      ${online !== null && html`<a href="${online.href}">${online.label}</a><span class="note">${link}</span>`}
      ${paymentInstructions !== '' && html`<p>${paymentInstructions}</p>`}
    </div>
  </section>`
}

export function footer({ doc, labels, link }: InvoiceView): Markup {
  const terms = labels.terms.replace('{days}', String(doc.presentation.paymentTermsDays))
  const parts = [
    doc.seller.name,
    ...(doc.seller.taxId === null ? [] : [`${labels.sellerTaxId} ${doc.seller.taxId}`]),
    terms,
  ]
  const pdf = link !== null && html` · <a href="${link}/pdf">${labels.downloadPdf}</a>`
  return html`<footer>${parts.join(' · ')}${pdf}</footer>`
}

function groupsOfFour(iban: string): string {
  return iban.replace(/\s/g, '').replace(/(.{4})(?=.)/g, '$1 ')
}
