import { index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { bytes, instant, orgId } from './columns.ts'

export const threads = pgTable(
  'threads',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    customerId: text('customer_id'),
    subject: text('subject').notNull(),
    automatedReplies: integer('automated_replies').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    index('threads_customer').on(t.orgId, t.customerId),
  ],
)

/** `unknown`: the answer of the mail server was lost, so the mail may be out; it is not sent again by itself. */
export const MAIL_STATUSES = [
  'received',
  'ignored',
  'queued',
  'sending',
  'sent',
  'withdrawn',
  'failed',
  'unknown',
] as const

export interface MailAttachment {
  readonly name: string
  readonly type: string
  readonly sizeBytes: number
  readonly sha256: string
}

/** Mail in and out. `key` is derived from the thing (Message-ID in; purpose and case out): one row, one mail. */
export const messages = pgTable(
  'messages',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    threadId: text('thread_id').notNull(),
    customerId: text('customer_id'),
    direction: text('direction', { enum: ['in', 'out'] }).notNull(),
    key: text('key').notNull(),
    /** RFC 5322 Message-ID with its angle brackets. */
    messageId: text('message_id').notNull(),
    inReplyTo: text('in_reply_to'),
    from: text('from').notNull(),
    to: text('to').notNull(),
    subject: text('subject').notNull(),
    text: text('text').notNull(),
    html: text('html'),
    trust: text('trust', { enum: ['verified', 'unverified', 'automatic'] }),
    /** `dunning` counts against frequency caps and is withdrawn when the money arrives. */
    purpose: text('purpose').notNull(),
    dunningCaseId: text('dunning_case_id'),
    /** Invoice whose document goes along, if any. */
    attachInvoiceId: text('attach_invoice_id'),
    /** in: received|ignored. out: queued → sending → sent | withdrawn | failed | unknown. */
    status: text('status', { enum: MAIL_STATUSES }).notNull(),
    /** Why the sender is trusted or not, or why the mail failed: a sentence for people. */
    reason: text('reason'),
    headers: jsonb('headers').notNull().$type<Record<string, string>>(),
    /** What was carried along, by name and kind; never opened. */
    attachments: jsonb('attachments').notNull().default([]).$type<readonly MailAttachment[]>(),
    /** What a reader of the text should know of the mail: "hidden text was left out". */
    notes: jsonb('notes').notNull().default([]).$type<readonly string[]>(),
    createdAt: instant('created_at').notNull(),
    sendAt: instant('send_at'),
    sentAt: instant('sent_at'),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    uniqueIndex('messages_key').on(t.orgId, t.key),
    index('messages_message_id').on(t.orgId, t.messageId),
    index('messages_customer').on(t.orgId, t.customerId, t.createdAt),
  ],
)

/** Received mails as they came, card numbers and all: for people, until `deleteAt`; no model and no log reads them. */
export const rawMails = pgTable(
  'raw_mails',
  {
    orgId: orgId(),
    /** The row of `messages` it became. */
    messageId: text('message_id').notNull(),
    raw: bytes('raw').notNull(),
    deleteAt: instant('delete_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.messageId] }), index('raw_mails_old').on(t.deleteAt)],
)
