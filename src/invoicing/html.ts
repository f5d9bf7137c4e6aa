import type { InvoiceDocument } from './document.ts'
import { facts, heading, parties } from './html-head.ts'
import { footer, payment } from './html-payment.ts'
import { lineTable, sums } from './html-sums.ts'
import { html } from './markup.ts'
import { invoiceStyle } from './style.ts'
import { titleOf } from './settlement-words.ts'
import { viewOf } from './view.ts'

/**
 * The invoice as one self-contained HTML page, for screen and A4 paper, in the customer's language. Every value is
 * escaped. With `publicUrl` it carries the link of the hosted page, unless it is `hosted` there and the link is its own.
 */
export function renderInvoiceHtml(
  doc: InvoiceDocument,
  options: { readonly publicUrl?: string; readonly hosted?: boolean } = {},
): string {
  const view = viewOf(doc, options.publicUrl)
  const title = titleOf(view)
  const page = html`<!doctype html>
    <html lang="${view.language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${title} ${doc.number ?? ''} · ${doc.seller.name}</title>
        ${invoiceStyle(doc.presentation.brandColor)}
      </head>
      <body>
        <main>
          ${heading(view, title)} ${parties(view)} ${facts(view)} ${lineTable(view)} ${sums(view)}
          ${payment(view, options.hosted ?? false)} ${footer(view)}
        </main>
      </body>
    </html>`
  return page.markup
}
