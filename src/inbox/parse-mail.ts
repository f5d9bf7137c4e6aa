import PostalMime, { type Address, type Email } from 'postal-mime'
import { sha256 } from '#src/kernel/canonical.ts'
import { AppError } from '#src/kernel/errors.ts'
import { htmlToText } from './html-to-text.ts'
import { maskNumbers } from './mask.ts'
import { headerSafe, messageIdsIn } from './threading.ts'

const MAX_RAW_BYTES = 10 * 1024 * 1024
/** Above what the guard calls unreadable (200 kB), so that a cut text is still seen to be too long. */
const MAX_TEXT_CHARACTERS = 210_000
const MAX_ATTACHMENTS_NAMED = 20
const MAX_PARTS = 2000
const MAX_FROM_CHARACTERS = 2000

/** A mail as read: text made safe to keep, numbers masked, attachments by name only and never opened. */
export interface ParsedMail {
  readonly messageId: string | null
  /** Lower case; empty when the mail names no or several senders. */
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  /** Characters before anything was cut. */
  readonly textLength: number
  readonly attachments: readonly string[]
  readonly inReplyTo: readonly string[]
  readonly references: readonly string[]
  /** First value of each header by lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  readonly rawHash: string
}

/**
 * Reads raw MIME. Whatever cannot be read becomes a mail without text, for a person to look at.
 * @throws payload_too_large above 10 MB.
 */
export async function parseMail(raw: Uint8Array): Promise<ParsedMail> {
  if (raw.byteLength > MAX_RAW_BYTES)
    throw new AppError('payload_too_large', 'the mail is larger than 10 MB')
  const rawHash = sha256(raw)
  if (hasTooManyParts(raw)) return unreadable(rawHash)
  const email = await PostalMime.parse(raw, { maxNestingDepth: 50 }).catch(() => null)
  if (!email) return unreadable(rawHash)
  const headers = new Map<string, string>()
  for (const { key, value } of email.headers) if (!headers.has(key)) headers.set(key, value)
  const text = textOf(email)
  return {
    messageId: messageIdsIn(email.messageId)[0] ?? null,
    from: senderOf(email),
    to: flatten(email.to ?? [])[0] ?? '',
    subject: maskNumbers(headerSafe(email.subject ?? '')),
    text: maskNumbers(text.slice(0, MAX_TEXT_CHARACTERS).toWellFormed()),
    textLength: text.length,
    attachments: email.attachments
      .slice(0, MAX_ATTACHMENTS_NAMED)
      .map((attachment) => maskNumbers(headerSafe(attachment.filename ?? 'unnamed'))),
    inReplyTo: messageIdsIn(email.inReplyTo),
    references: messageIdsIn(email.references),
    headers,
    rawHash,
  }
}

/** Lines that could part a multipart: counted before a parser spends seconds on a mail made of them. */
function hasTooManyParts(raw: Uint8Array): boolean {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength)
  let parts = 0
  for (let at = bytes.indexOf('\n--'); at !== -1; at = bytes.indexOf('\n--', at + 3)) {
    parts += 1
    if (parts > MAX_PARTS) return true
  }
  return false
}

function unreadable(rawHash: string): ParsedMail {
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
    headers: new Map(),
    rawHash,
  }
}

/** The plain part, or the words of the HTML. PostgreSQL keeps no NUL characters. */
function textOf(email: Email): string {
  const plain = (email.text ?? '').replaceAll('\u0000', '').replaceAll('\r\n', '\n').trim()
  return plain === '' ? htmlToText((email.html ?? '').replaceAll('\u0000', '')) : plain
}

function flatten(addresses: readonly Address[]): string[] {
  return addresses
    .flatMap((entry) => entry.group ?? [entry])
    .map((mailbox) => headerSafe(mailbox.address ?? '').toLowerCase())
}

/** The one address of the one From header: two of either is how forgeries hide. */
function senderOf(email: Email): string {
  const [field, ...others] = email.headers.filter((header) => header.key === 'from')
  const value = field?.value ?? ''
  if (value.length > MAX_FROM_CHARACTERS) return ''
  const addressed = value
    .replaceAll(/"(?:[^"\\]|\\.)*"|\([^)]*\)/g, ' ')
    .split(/[,;]/)
    .filter((part) => part.includes('@'))
  const [only] = email.from ? flatten([email.from]) : []
  return others.length === 0 && addressed.length === 1 ? (only ?? '') : ''
}
