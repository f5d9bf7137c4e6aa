import { eq, and } from 'drizzle-orm'
import PostalMime from 'postal-mime'
import type { Scope } from '#db/context.ts'
import { invoices } from '#db/schema/invoicing.ts'

/** A mail as whoever receives it sees it. */
export interface ReadMail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly attachments: readonly string[]
}

/** Reads a file of the mailbox; knows nothing of how it was written. */
export async function readMail(raw: string): Promise<ReadMail> {
  const email = await PostalMime.parse(raw, { attachmentEncoding: 'utf8' })
  const everyone = [email.to ?? [], email.cc ?? [], email.bcc ?? []].flat()
  return {
    to: everyone.map(({ address }) => address ?? '').join(','),
    subject: email.subject ?? '',
    text: email.text ?? '',
    html: email.html ?? '',
    attachments: email.attachments.map(({ content }) =>
      typeof content === 'string' ? content : Buffer.from(content as ArrayBuffer).toString('utf8'),
    ),
  }
}

/** The document that goes along, in short: the row it is made of. */
export async function attachedInvoice(scope: Scope, invoiceId: string) {
  const [row] = await scope.transact(({ db, orgId }) =>
    db
      .select({ number: invoices.number, customerId: invoices.customerId })
      .from(invoices)
      .where(and(eq(invoices.orgId, orgId), eq(invoices.id, invoiceId))),
  )
  return {
    fileName: 'invoice.txt',
    contentType: 'text/plain',
    content: `${row?.number ?? 'none'} of ${row?.customerId ?? 'nobody'}`,
  }
}
