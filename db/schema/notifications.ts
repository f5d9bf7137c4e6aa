import {
  boolean,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { instant, orgId } from './columns.ts'

export const webhookEndpoints = pgTable(
  'webhook_endpoints',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    url: text('url').notNull(),
    /** "whsec_…" (Standard Webhooks). */
    secret: text('secret').notNull(),
    events: jsonb('events').notNull().$type<string[]>(),
    disabled: boolean('disabled').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.id] })],
)

export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    endpointId: text('endpoint_id').notNull(),
    key: text('key').notNull(),
    type: text('type').notNull(),
    payload: jsonb('payload').notNull().$type<Record<string, unknown>>(),
    status: text('status', { enum: ['pending', 'delivered', 'failed'] }).notNull(),
    attempts: integer('attempts').notNull(),
    lastStatus: integer('last_status'),
    lastAnswer: text('last_answer'),
    createdAt: instant('created_at').notNull(),
    deliveredAt: instant('delivered_at'),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    uniqueIndex('webhook_deliveries_key').on(t.orgId, t.endpointId, t.key),
  ],
)
