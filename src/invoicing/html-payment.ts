import { html, type Markup } from './markup.ts'
import { bankEntries, footerParts, onlinePayment, paymentRequest } from './settlement-words.ts'
import type { InvoiceView } from './view.ts'

export function payment(view: InvoiceView, hosted: boolean): Markup | null {
  const { doc, labels, link } = view
  if (doc.status === 'draft' || doc.openMinor === 0n) return null
  const { paymentInstructions } = doc.presentation
  const online = onlinePayment(view)
  const elsewhere = online !== null && !(hosted && online.url === link)
  const request = paymentRequest(view)
  return html`<section class="pay" aria-labelledby="pay">
    <div>
      <h2 id="pay">${labels.payment}</h2>
      ${request !== null && html`<p class="request">${request}</p>`}
      <dl>
        ${bankEntries(view).map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd>${value}</dd>`,
        )}
      </dl>
      ${paymentInstructions !== '' && html`<p>${paymentInstructions}</p>`}
    </div>
    ${
      elsewhere &&
      html`<div class="online">
        <a class="button" href="${online.url}">${online.label}</a><span class="note">${link}</span>
      </div>`
    }
  </section>`
}

export function footer(view: InvoiceView): Markup {
  const { labels, link } = view
  const pdf = link !== null && html`<p><a href="${link}/pdf">${labels.downloadPdf}</a></p>`
  return html`<footer>
    ${pdf}
    <p>${footerParts(view).join(' · ')}</p>
  </footer>`
}
