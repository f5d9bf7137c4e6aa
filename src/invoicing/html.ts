import type { InvoiceDocument } from './document.ts'
import { facts, heading, parties } from './html-head.ts'
import { footer, payment } from './html-payment.ts'
import { lineTable, sums } from './html-sums.ts'
import { formatsOf } from './formats.ts'
import { labelsOf, languageOf } from './labels.ts'
import { html } from './markup.ts'
import { invoiceStyle } from './style.ts'
import type { InvoiceView } from './view.ts'

/**
 * The invoice as one self-contained HTML page, for screen and A4 paper, in the customer's language. Every value is
 * escaped. With `publicUrl` it carries the link of the hosted page.
 */
export function renderInvoiceHtml(
  doc: InvoiceDocument,
  options: { readonly publicUrl?: string } = {},
): string {
  const { locale, timeZone, brandColor } = doc.presentation
  const view: InvoiceView = {
    doc,
    labels: labelsOf(locale),
    formats: formatsOf(locale, doc.currency, timeZone),
    link: options.publicUrl === undefined ? null : invoiceLink(options.publicUrl, doc),
  }
  const title = titleOf(view)
  const page = html`<!doctype html>
    <html lang="${languageOf(locale)}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} ${doc.number ?? ''} · ${doc.seller.name}</title>
        ${invoiceStyle(brandColor)}
      </head>
      <body>
        <main>
          ${heading(view, title)} ${parties(view)} ${facts(view)} ${lineTable(view)} ${sums(view)}
          ${payment(view)} ${footer(view)}
        </main>
      </body>
    </html>`
  return page.markup
}

/** Where the customer sees and pays the invoice without signing in. */
export function invoiceLink(publicUrl: string, doc: { readonly publicToken: string }): string {
  return `${publicUrl.replace(/\/$/, '')}/i/${doc.publicToken}`
}

function titleOf({ doc, labels }: InvoiceView): string {
  return doc.status === 'draft' ? labels.draft : labels.invoice
}
