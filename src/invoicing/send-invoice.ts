import type { Ctx } from '#db/context.ts'
import { queueMail } from '#src/inbox/queue-mail.ts'
import type { InvoiceDocument } from './document.ts'
import type { Labels } from './language/english.ts'
import { fillLabel } from './language/languages.ts'
import { loadInvoice } from './load-invoice.ts'
import { invoiceLink, viewOf } from './view.ts'

/**
 * Queues the mail with a finalized invoice to the customer's billing contact; the same invoice is mailed once.
 * @returns the message's row id, or null where there is nobody to write to or nothing to send.
 * @throws not_found
 */
export async function sendInvoice(
  ctx: Ctx,
  input: { invoiceId: string; publicUrl: string },
): Promise<string | null> {
  const doc = await loadInvoice(ctx, input.invoiceId)
  if (doc.status === 'draft' || doc.status === 'void') return null
  return queueMail(ctx, {
    key: `invoice:${doc.id}`,
    customerId: doc.customerId,
    purpose: 'invoice',
    attachInvoiceId: doc.id,
    ...invoiceMail(doc, invoiceLink(input.publicUrl, doc)),
  })
}

/** Subject and text in the customer's language. */
export function invoiceMail(
  doc: InvoiceDocument,
  link: string,
): { readonly subject: string; readonly text: string } {
  const { labels, formats } = viewOf(doc, undefined)
  const facts = {
    number: doc.number ?? doc.id,
    seller: doc.seller.name,
    total: formats.money(doc.totalMinor),
    due: doc.dueAt === null ? '' : formats.day(doc.dueAt),
    days: formats.days({ start: doc.periodStart, end: doc.periodEnd }),
    reference: doc.paymentReference,
    link,
  }
  const paragraphs = [
    labels.mailHello,
    labels.mailReady,
    labels[paymentLabel(doc)],
    labels.mailLink,
    labels.mailWrong,
    `${labels.mailRegards}\n{seller}`,
  ]
  return {
    subject: fillLabel(labels.mailSubject, facts),
    text: `${paragraphs.map((text) => fillLabel(text, facts)).join('\n\n')}\n`,
  }
}

function paymentLabel({ openMinor, presentation }: InvoiceDocument): keyof Labels {
  if (openMinor === 0n) return 'mailNothing'
  return presentation.collection === 'card' ? 'mailCard' : 'mailTransfer'
}
