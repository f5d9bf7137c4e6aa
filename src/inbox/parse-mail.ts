import PostalMime, { type Attachment, type Email } from 'postal-mime'
import type { MailAttachment } from '#db/schema/inbox.ts'
import { sha256 } from '#src/kernel/canonical.ts'
import { AppError } from '#src/kernel/errors.ts'
import { deliveryReport, type DeliveryReport } from './delivery-report.ts'
import { mailAddress } from './mail-address.ts'
import { mailBody } from './mail-body.ts'
import { outOfBounds } from './mail-bounds.ts'
import { maskNumbers } from './mask.ts'
import { sealedReason } from './sealed-mail.ts'
import { soleSender } from './sole-sender.ts'
import { headerSafe, messageIdsIn } from './threading.ts'
import { visibleText } from './visible-text.ts'

const MAX_RAW_BYTES = 10 * 1024 * 1024
const MAX_ATTACHMENTS_LISTED = 20
const MAX_REPORT_CHARACTERS = 50_000

/** A mail as read: text made safe to keep, numbers masked, attachments listed and never opened. */
export interface ParsedMail {
  readonly messageId: string | null
  /** As contacts are kept; empty when the mail names no sender, or several. */
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  /** Characters before anything was cut. */
  readonly textLength: number
  readonly attachments: readonly MailAttachment[]
  readonly inReplyTo: readonly string[]
  readonly references: readonly string[]
  /** In the mail's order. */
  readonly headers: readonly { readonly key: string; readonly value: string }[]
  readonly rawHash: string
  /** What a reader of the text should know. */
  readonly notes: readonly string[]
  /** Why no program can read it, so that a person has to; null otherwise. */
  readonly unreadable: string | null
  readonly report: DeliveryReport | null
}

/**
 * Reads raw MIME. Whatever cannot be read becomes a mail without text, for a person to look at. Mails within mails
 * are attachments: their senders and words are nobody's here.
 * @throws payload_too_large above 10 MB.
 */
export async function parseMail(raw: Uint8Array): Promise<ParsedMail> {
  if (raw.byteLength > MAX_RAW_BYTES)
    throw new AppError('payload_too_large', 'the mail is larger than 10 MB')
  const rawHash = sha256(raw)
  const problem = outOfBounds(raw)
  if (problem !== null) return unreadable(rawHash, problem)
  const email = await PostalMime.parse(raw, {
    maxNestingDepth: 50,
    forceRfc822Attachments: true,
  }).catch(() => null)
  if (!email) return unreadable(rawHash, 'its structure is broken or nested too deeply')
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

function unreadable(rawHash: string, problem: string): ParsedMail {
  return {
    messageId: null,
    from: '',
    to: '',
    subject: '',
    text: '',
    textLength: 0,
    attachments: [],
    inReplyTo: [],
    references: [],
    headers: [],
    rawHash,
    notes: [],
    unreadable: problem,
    report: null,
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
