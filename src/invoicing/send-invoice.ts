import type { Ctx } from '#db/context.ts'
import { queueMail } from '#src/inbox/queue-mail.ts'
import type { InvoiceDocument } from './document.ts'
import { formatsOf } from './formats.ts'
import { invoiceLink } from './html.ts'
import { languageOf } from './labels.ts'
import { loadInvoice } from './load-invoice.ts'

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

/** Subject and text in the customer's language: German, else English. */
export function invoiceMail(
  doc: InvoiceDocument,
  link: string,
): { readonly subject: string; readonly text: string } {
  const { locale, timeZone, collection } = doc.presentation
  const formats = formatsOf(locale, doc.currency, timeZone)
  const facts: MailFacts = {
    number: doc.number ?? doc.id,
    seller: doc.seller.name,
    total: formats.money(doc.totalMinor),
    open: doc.openMinor > 0n,
    onCard: collection === 'card',
    due: doc.dueAt === null ? '' : formats.day(doc.dueAt),
    days: formats.days({ start: doc.periodStart, end: doc.periodEnd }),
    reference: doc.paymentReference,
    link,
  }
  return languageOf(locale) === 'de' ? germanMail(facts) : englishMail(facts)
}

interface MailFacts {
  readonly number: string
  readonly seller: string
  readonly total: string
  readonly open: boolean
  readonly onCard: boolean
  readonly due: string
  readonly days: string
  readonly reference: string
  readonly link: string
}

function englishMail(facts: MailFacts): { subject: string; text: string } {
  return {
    subject: `Invoice ${facts.number} from ${facts.seller}`,
    text: paragraphs([
      'Hello,',
      `your invoice ${facts.number} for ${facts.days} is ready. It comes to ${facts.total}.`,
      englishPayment(facts),
      `You can see it here: ${facts.link}`,
      'If anything looks wrong, just answer this mail.',
      `Kind regards\n${facts.seller}`,
    ]),
  }
}

function englishPayment({ open, onCard, due, reference }: MailFacts): string {
  if (!open) return 'There is nothing to pay.'
  return onCard
    ? 'We charge the card on file; there is nothing to do for you.'
    : `Please transfer it by ${due} and give the reference ${reference}.`
}

function germanMail(facts: MailFacts): { subject: string; text: string } {
  return {
    subject: `Rechnung ${facts.number} von ${facts.seller}`,
    text: paragraphs([
      'Guten Tag,',
      `Ihre Rechnung ${facts.number} für ${facts.days} ist da. Sie beläuft sich auf ${facts.total}.`,
      germanPayment(facts),
      `Hier können Sie sie ansehen: ${facts.link}`,
      'Sollte etwas nicht stimmen, antworten Sie einfach auf diese Mail.',
      `Freundliche Grüße\n${facts.seller}`,
    ]),
  }
}

function germanPayment({ open, onCard, due, reference }: MailFacts): string {
  if (!open) return 'Es ist nichts zu bezahlen.'
  return onCard
    ? 'Wir buchen den Betrag von der hinterlegten Karte ab; Sie müssen nichts tun.'
    : `Bitte überweisen Sie den Betrag bis zum ${due} mit dem Verwendungszweck ${reference}.`
}

function paragraphs(parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`
}
