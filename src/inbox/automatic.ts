/** What tells a machine from a person: header values by lower-case name, the envelope sender, the From address. */
export interface MailMarks {
  readonly headers: ReadonlyMap<string, string>
  /** MAIL FROM; null when it is not known. Bounces have an empty one. */
  readonly envelopeFrom: string | null
  readonly from: string
  readonly ownAddresses: readonly string[]
}

const BULK = new Set(['bulk', 'list', 'junk', 'auto_reply'])
const MARKS_BY_PRESENCE = ['list-id', 'x-autoreply', 'x-autorespond', 'x-autoreply-from', 'x-loop']
const MACHINES = /^(mailer-daemon|postmaster|mail-daemon)@/

/** The first word of a header value, without comments and parameters. */
function token(value: string | undefined): string {
  return (value ?? '')
    .slice(0, 200)
    .replaceAll(/\([^)]*\)/g, ' ')
    .trim()
    .toLowerCase()
    .split(/[;\s]/, 1)[0] as string
}

/**
 * Why a mail is automatic, or null for a person's (ROUTING_POLICY §1, RFC 3834 §2): auto-replies, bounces, lists,
 * our own address. Such mail is never answered.
 */
export function automaticReason(mail: MailMarks): string | null {
  const { headers } = mail
  const autoSubmitted = token(headers.get('auto-submitted'))
  if (autoSubmitted !== '' && autoSubmitted !== 'no') return `Auto-Submitted: ${autoSubmitted}`
  const precedence = token(headers.get('precedence'))
  if (BULK.has(precedence)) return `Precedence: ${precedence}`
  const mark = MARKS_BY_PRESENCE.find((name) => headers.has(name))
  if (mark !== undefined) return mark
  if (mail.envelopeFrom === '' || headers.get('return-path')?.replaceAll(/\s/g, '') === '<>')
    return 'empty Return-Path'
  if (/^multipart\/report\b/i.test(headers.get('content-type')?.trim() ?? '')) return 'a report'
  if (MACHINES.test(mail.from)) return 'a mail system wrote it'
  if (mail.ownAddresses.includes(mail.from)) return 'our own address'
  return null
}
