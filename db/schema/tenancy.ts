import { sql } from 'drizzle-orm'
import { index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { instant, orgId } from './columns.ts'

/** What an organisation can set for itself; every field has a default in src/tenancy/shapes.ts. */
export const organizations = pgTable('organizations', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  country: text('country').notNull(),
  region: text('region'),
  taxId: text('tax_id'),
  timeZone: text('time_zone').notNull(),
  currency: text('currency').notNull(),
  mode: text('mode', { enum: ['live', 'sandbox'] }).notNull(),
  /** Sandbox organisations live on this clock; null means the real one. */
  clockAt: instant('clock_at'),
  /** Where the clock is being advanced to; null when it stands. */
  clockTarget: instant('clock_target'),
  settings: jsonb('settings').notNull().$type<Record<string, unknown>>(),
  /** Signs the Message-IDs of its mails: who has not got one of them cannot name it. */
  mailSecret: text('mail_secret')
    .notNull()
    .default(sql`gen_random_uuid()::text || gen_random_uuid()::text`),
  createdAt: instant('created_at').notNull(),
})

export const members = pgTable(
  'members',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    email: text('email').notNull(),
    name: text('name').notNull(),
    role: text('role', { enum: ['owner', 'admin', 'developer', 'viewer'] }).notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    uniqueIndex('members_email').on(t.orgId, t.email),
  ],
)

/** The key itself is shown once; only its SHA-256 is kept. */
export const apiKeys = pgTable(
  'api_keys',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    name: text('name').notNull(),
    prefix: text('prefix').notNull(),
    hash: text('hash').notNull(),
    role: text('role', { enum: ['owner', 'admin', 'developer', 'viewer', 'mail'] }).notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at'),
    revokedAt: instant('revoked_at'),
    lastUsedAt: instant('last_used_at'),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.id] }), uniqueIndex('api_keys_hash').on(t.hash)],
)

/** Append-only by trigger: who, when, what, why. */
export const auditLog = pgTable(
  'audit_log',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    at: instant('at').notNull(),
    actor: text('actor').notNull(),
    action: text('action').notNull(),
    subjectType: text('subject_type').notNull(),
    subjectId: text('subject_id').notNull(),
    reason: text('reason').notNull(),
    data: jsonb('data').notNull().$type<Record<string, unknown>>(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    index('audit_subject').on(t.orgId, t.subjectType, t.subjectId),
  ],
)

/** A link of the audit trail's chain: the hash over the one before it and the rows it names, in their order. */
export const auditSeals = pgTable(
  'audit_seals',
  {
    orgId: orgId(),
    seq: integer('seq').notNull(),
    auditIds: text('audit_ids').array().notNull(),
    previousHash: text('previous_hash').notNull(),
    hash: text('hash').notNull(),
    sealedAt: instant('sealed_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.seq] })],
)

/** Audit rows that no seal names yet; written by trigger, taken away by the seal. */
export const auditUnsealed = pgTable(
  'audit_unsealed',
  { orgId: orgId(), auditId: text('audit_id').notNull() },
  (t) => [primaryKey({ columns: [t.orgId, t.auditId] })],
)

/** Route of keys that stand for what a run has done, not for a request: they last as long as the run's checkpoints. */
export const EFFECT_ROUTE = 'effect'

/** Answers to mutations by Idempotency-Key: same key and body gets the same answer. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    orgId: orgId(),
    key: text('key').notNull(),
    route: text('route').notNull(),
    bodyHash: text('body_hash').notNull(),
    status: integer('status'),
    answer: text('answer'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.key] })],
)

/** Every job is born here, in the transaction that causes it. */
export const outbox = pgTable(
  'outbox',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    job: text('job').notNull(),
    /** Derived from the thing itself: the same work is enqueued once. */
    key: text('key').notNull(),
    payload: jsonb('payload').notNull().$type<Record<string, unknown>>(),
    /** On the organisation's clock. */
    dueAt: instant('due_at').notNull(),
    /** On the real clock: not handed out before this (backoff, or a lease while it runs). */
    visibleAt: instant('visible_at').notNull(),
    status: text('status', { enum: ['pending', 'running', 'done', 'failed'] }).notNull(),
    attempts: integer('attempts').notNull().default(0),
    maxAttempts: integer('max_attempts').notNull(),
    lastError: text('last_error'),
    createdAt: instant('created_at').notNull(),
    finishedAt: instant('finished_at'),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    uniqueIndex('outbox_key').on(t.orgId, t.job, t.key),
    index('outbox_open').on(t.status, t.dueAt),
  ],
)
