import PostalMime, { type Attachment, type Email } from 'postal-mime'
import type { MailAttachment } from '#db/schema/inbox.ts'
import { sha256 } from '#src/kernel/canonical.ts'
import { deliveryReport } from './delivery-report.ts'
import { mailAddress } from './mail-address.ts'
import { mailBody } from './mail-body.ts'
import { maskNumbers } from './mask.ts'
import { unreadableMail, type ParsedMail } from './parsed-mail.ts'
import { sealedReason } from './sealed-mail.ts'
import { soleSender } from './sole-sender.ts'
import { headerSafe, messageIdsIn } from './threading.ts'
import { visibleText } from './visible-text.ts'

const MAX_ATTACHMENTS_LISTED = 20
const MAX_REPORT_CHARACTERS = 50_000

/**
 * Reads raw MIME. What is broken becomes a mail without text, for a person to look at. Mails within mails are
 * attachments: their senders and words are nobody's here.
 */
export async function readMail(raw: Uint8Array): Promise<ParsedMail> {
  const rawHash = sha256(raw)
  const email = await PostalMime.parse(raw, {
    maxNestingDepth: 50,
    forceRfc822Attachments: true,
  }).catch(() => null)
  if (!email) return unreadableMail(rawHash, 'its structure is broken or nested too deeply')
  const contentType = email.headers.find(({ key }) => key === 'content-type')?.value.trim() ?? ''
  const body = mailBody(email)
  const subject = visibleText(email.subject ?? '')
  const parts = email.attachments.map(({ mimeType }) => ({ type: mimeType }))
  return {
    messageId: messageIdsIn(email.messageId)[0] ?? null,
    from: soleSender(email.headers),
    to: addressesOf(email).slice(0, 20).join(', '),
    subject: maskNumbers(headerSafe(subject.text)),
    text: body.text,
    textLength: body.textLength,
    attachments: email.attachments.slice(0, MAX_ATTACHMENTS_LISTED).map(listed),
    inReplyTo: messageIdsIn(email.inReplyTo),
    references: messageIdsIn(email.references),
    headers: email.headers,
    rawHash,
    notes: [...new Set([...body.notes, ...subject.notes, ...attachmentNotes(email)])],
    unreadable: sealedReason(contentType, parts, body.text),
    report: /^multipart\/report\b/i.test(contentType)
      ? deliveryReport(email.attachments.map(asText))
      : null,
  }
}

function addressesOf(email: Email): string[] {
  return (email.to ?? [])
    .flatMap((entry) => entry.group ?? [entry])
    .map((mailbox) => mailAddress(mailbox.address ?? ''))
    .filter((address) => address !== '')
}

function bytesOf({ content }: Attachment): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content)
}

/** A name too can carry instructions, card numbers and characters that turn it around. */
function listed(attachment: Attachment): MailAttachment {
  const bytes = bytesOf(attachment)
  const name = visibleText(attachment.filename ?? '').text
  return {
    name: maskNumbers(headerSafe(name)) || 'unnamed',
    type: headerSafe(attachment.mimeType).slice(0, 100),
    sizeBytes: bytes.byteLength,
    sha256: sha256(bytes),
  }
}

function attachmentNotes({ attachments }: Email): string[] {
  return [
    ...(attachments.length > MAX_ATTACHMENTS_LISTED
      ? [`${attachments.length} attachments, of which ${MAX_ATTACHMENTS_LISTED} are listed`]
      : []),
    ...(attachments.some(({ mimeType }) => mimeType.endsWith('ms-tnef'))
      ? ['an Outlook container (winmail.dat) was not opened']
      : []),
    ...(attachments.some(({ mimeType }) => mimeType === 'message/rfc822')
      ? ['a mail is attached, which was not read']
      : []),
  ]
}

function asText(attachment: Attachment): { type: string; text: string } {
  const bytes = bytesOf(attachment).subarray(0, MAX_REPORT_CHARACTERS)
  const text = new TextDecoder().decode(bytes).replaceAll('\r\n', '\n')
  return { type: attachment.mimeType, text }
}
