import {
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import { instant, orgId } from './columns.ts'

/** One run of the graph for one trigger; `id` is the workflow and thread id. Holds all ROUTING_POLICY §3 names. */
export const agentRuns = pgTable(
  'agent_runs',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    customerId: text('customer_id'),
    triggerType: text('trigger_type', {
      enum: ['stripe_event', 'customer_query', 'usage_anomaly'],
    }).notNull(),
    /** Derived from the trigger (event id, message id, anomaly id): one run each. */
    triggerKey: text('trigger_key').notNull(),
    status: text('status', { enum: ['running', 'waiting', 'done', 'failed'] }).notNull(),
    nextAgent: text('next_agent'),
    source: text('source'),
    reasonCode: text('reason_code'),
    reasoning: text('reasoning'),
    confidence: doublePrecision('confidence'),
    stateHash: text('state_hash'),
    promptHash: text('prompt_hash'),
    schemaHash: text('schema_hash'),
    policyVersion: text('policy_version'),
    provider: text('provider'),
    model: text('model'),
    rawOutput: text('raw_output'),
    repairs: integer('repairs').notNull().default(0),
    inputTokens: integer('input_tokens').notNull().default(0),
    outputTokens: integer('output_tokens').notNull().default(0),
    /** Millionths of a US dollar. */
    costMicroUsd: integer('cost_micro_usd').notNull().default(0),
    latencyMs: integer('latency_ms').notNull().default(0),
    proposals: jsonb('proposals').notNull().$type<unknown[]>(),
    verdicts: jsonb('verdicts').notNull().$type<unknown[]>(),
    outcome: jsonb('outcome').$type<Record<string, unknown>>(),
    /** How often it was begun or taken up again; past a limit a person gets the case. */
    attempts: integer('attempts').notNull().default(1),
    createdAt: instant('created_at').notNull(),
    finishedAt: instant('finished_at'),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    uniqueIndex('agent_runs_trigger').on(t.orgId, t.triggerKey),
    index('agent_runs_customer').on(t.orgId, t.customerId, t.createdAt),
  ],
)

/** The human queue (H1). `answer` is what a person decided; the graph resumes with it. */
export const escalations = pgTable(
  'escalations',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    runId: text('run_id').notNull(),
    customerId: text('customer_id'),
    reason: text('reason').notNull(),
    summary: text('summary').notNull(),
    priority: text('priority', { enum: ['low', 'normal', 'high', 'urgent'] }).notNull(),
    status: text('status', { enum: ['open', 'claimed', 'answered', 'resolved'] }).notNull(),
    claimedBy: text('claimed_by'),
    claimedAt: instant('claimed_at'),
    /** When whoever has it last did something with it: a claim left alone for too long may be taken over. */
    claimActiveAt: instant('claim_active_at'),
    context: jsonb('context').notNull().$type<Record<string, unknown>>(),
    answer: jsonb('answer').$type<Record<string, unknown>>(),
    answeredBy: text('answered_by'),
    answeredAt: instant('answered_at'),
    dueAt: instant('due_at').notNull(),
    /** When it was told that nobody answered in time; once. */
    overdueToldAt: instant('overdue_told_at'),
    createdAt: instant('created_at').notNull(),
    resolvedAt: instant('resolved_at'),
    /** What came of the answer, in words: "approve", "nothing is sent: paid meanwhile". */
    outcome: text('outcome'),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    index('escalations_open').on(t.orgId, t.status, t.dueAt),
    index('escalations_customer').on(t.orgId, t.customerId),
  ],
)
