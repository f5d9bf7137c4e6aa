import { messageIdsIn } from './threading.ts'

/** What another mail system reports about a mail of ours. */
export interface DeliveryReport {
  readonly kind: 'bounce' | 'delay' | 'complaint'
  /** RFC 3463 status of the receiver ("5.1.1"); null where there is none. */
  readonly status: string | null
  /** Message-IDs that stand in the returned part: one of ours proves that the report is about it. */
  readonly messageIds: readonly string[]
}

/** A part of a mail, read as text. */
interface ReportPart {
  readonly type: string
  readonly text: string
}

const RETURNED = new Set([
  'message/rfc822',
  'message/global',
  'text/rfc822-headers',
  'message/rfc822-headers',
])

/** Reads a delivery status notification (RFC 3464) or an abuse report (RFC 5965); null for any other mail. */
export function deliveryReport(parts: readonly ReportPart[]): DeliveryReport | null {
  const messageIds = parts
    .filter(({ type }) => RETURNED.has(type))
    .flatMap(({ text }) => messageIdsIn(headerOf(text, 'message-id')))
  const feedback = parts.find(({ type }) => type === 'message/feedback-report')
  if (feedback) {
    const kind = headerOf(feedback.text, 'feedback-type')?.toLowerCase() ?? ''
    // "not-spam" is a reader taking it back.
    return kind === 'not-spam' ? null : { kind: 'complaint', status: null, messageIds }
  }
  const status = parts.find(
    ({ type }) => type === 'message/delivery-status' || type === 'message/global-delivery-status',
  )
  if (!status) return null
  const action = headerOf(status.text, 'action')?.toLowerCase()
  const code = /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(headerOf(status.text, 'status') ?? '')?.[1]
  if (action === 'failed' && code?.startsWith('4') !== true)
    return { kind: 'bounce', status: code ?? null, messageIds }
  if (action === 'failed' || action === 'delayed')
    return { kind: 'delay', status: code ?? null, messageIds }
  return null
}

/** The first field of that name, folded lines joined. */
function headerOf(text: string, name: string): string | null {
  const found = new RegExp(`^${name}[ \\t]*:([^\\n]*(?:\\n[ \\t][^\\n]*)*)`, 'im').exec(text)
  return found?.[1]?.replaceAll(/\s+/g, ' ').trim() ?? null
}

const MAILBOX_STATUS = /^5\.(?:1\.\d+|2\.1|7\.2[67])$/

/** Whether the address itself is gone: a full mailbox or a refused text says nothing about the next mail. */
export function isHardBounce(report: DeliveryReport): boolean {
  return report.kind === 'bounce' && (report.status === null || MAILBOX_STATUS.test(report.status))
}

/** Whether a refusal on the line ("550 5.1.1 no such user") says that the address is gone. */
export function refusedReceiver(answer: string): boolean {
  const status = /\b(5\.\d{1,3}\.\d{1,3})\b/.exec(answer)?.[1]
  return status !== undefined && MAILBOX_STATUS.test(status)
}
