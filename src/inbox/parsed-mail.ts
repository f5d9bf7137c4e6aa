import type { MailAttachment } from '#db/schema/inbox.ts'
import type { DeliveryReport } from './delivery-report.ts'

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

/** A mail that only a person can make sense of; `problem` completes "it cannot be read: …". */
export function unreadableMail(rawHash: string, problem: string): ParsedMail {
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
