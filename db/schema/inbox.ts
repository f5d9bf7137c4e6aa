import { index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { instant, orgId } from './columns.ts'

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
    /** in: received|ignored. out: queued → sending → sent | withdrawn | failed. */
    status: text('status', {
      enum: ['received', 'ignored', 'queued', 'sending', 'sent', 'withdrawn', 'failed'],
    }).notNull(),
    headers: jsonb('headers').notNull().$type<Record<string, string>>(),
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
