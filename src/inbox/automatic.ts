import { isAwaySubject } from './away-subject.ts'

/** What tells a machine from a person: headers, the envelope sender, the From address, the subject. */
export interface MailMarks {
  readonly headers: readonly { readonly key: string; readonly value: string }[]
  readonly subject: string
  /** MAIL FROM; null when it is not known. Bounces have an empty one. */
  readonly envelopeFrom: string | null
  readonly from: string
  readonly ownAddresses: readonly string[]
}

const BULK = new Set(['bulk', 'list', 'junk', 'auto_reply'])
const MARKS_BY_PRESENCE = [
  'list-id',
  'list-unsubscribe',
  'x-autoreply',
  'x-autorespond',
  'x-autoreply-from',
  'x-mail-autoreply',
  'x-loop',
  'x-failed-recipients',
]
/** Local parts that no person writes from. */
const MACHINES = /^(?:mailer-daemon|postmaster|mail-daemon|(?:do-?)?not?-?reply|noreply-[^@]*)@/

/** The first word of a header value, without comments and parameters. */
function token(value: string): string {
  return value
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
  const values = (name: string) =>
    mail.headers.filter(({ key }) => key === name).map(({ value }) => value)
  const autoSubmitted = values('auto-submitted')
    .map(token)
    .find((one) => one !== '' && one !== 'no')
  if (autoSubmitted !== undefined) return `Auto-Submitted: ${autoSubmitted}`
  const precedence = values('precedence')
    .map(token)
    .find((one) => BULK.has(one))
  if (precedence !== undefined) return `Precedence: ${precedence}`
  const mark = MARKS_BY_PRESENCE.find((name) => values(name).length > 0)
  if (mark !== undefined) return mark
  if (values('x-auto-response-suppress').some((value) => /\b(?:all|autoreply)\b/i.test(value)))
    return 'X-Auto-Response-Suppress'
  if (
    mail.envelopeFrom === '' ||
    values('return-path').some((value) => value.replaceAll(/\s/g, '') === '<>')
  )
    return 'empty Return-Path'
  if (values('content-type').some((value) => /^\s*multipart\/report\b/i.test(value)))
    return 'a report'
  if (MACHINES.test(mail.from)) return 'a mail system wrote it'
  if (mail.ownAddresses.includes(mail.from)) return 'our own address'
  if (isAwaySubject(mail.subject)) return 'the subject of an automatic answer'
  return null
}
