import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
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
    /** Millionths of a US dollar, of all calls; null where the price of one is not known. */
    costMicroUsd: integer('cost_micro_usd').default(0),
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

/**
 * A call to a model (ROUTING_POLICY §3), one row each, repairs and shadows too. It is written before the call with what
 * is put aside for it, and settled after; a row that stays `reserved` was under way when its process died.
 */
export const modelCalls = pgTable(
  'model_calls',
  {
    orgId: orgId(),
    id: text('id').notNull(),
    /** Null for mails of the dunning schedule, which no run writes. */
    runId: text('run_id'),
    dunningCaseId: text('dunning_case_id'),
    purpose: text('purpose', { enum: ['route', 'draft', 'repair', 'shadow'] }).notNull(),
    /** Who asked: supervisor, dunning, inquiry, anomaly, dunning_mail. */
    task: text('task').notNull(),
    /** The live call that a shadow repeats. */
    shadowOf: text('shadow_of'),
    promptName: text('prompt_name').notNull(),
    promptVersion: text('prompt_version').notNull(),
    promptHash: text('prompt_hash').notNull(),
    schemaHash: text('schema_hash').notNull(),
    provider: text('provider').notNull(),
    modelAsked: text('model_asked').notNull(),
    modelAnswered: text('model_answered'),
    mode: text('mode'),
    inputTokens: integer('input_tokens').notNull().default(0),
    outputTokens: integer('output_tokens').notNull().default(0),
    cachedTokens: integer('cached_tokens').notNull().default(0),
    isEstimated: boolean('is_estimated').notNull().default(false),
    reservedTokens: integer('reserved_tokens').notNull(),
    /** Millionths of a US dollar; null: the price of the model is not known. */
    reservedMicroUsd: integer('reserved_micro_usd'),
    costMicroUsd: integer('cost_micro_usd'),
    latencyMs: integer('latency_ms').notNull().default(0),
    outcome: text('outcome', {
      enum: ['reserved', 'answered', 'invalid', 'refusal', 'unavailable', 'budget'],
    }).notNull(),
    detail: text('detail').notNull().default(''),
    /** Masked; taken away when its time is over. */
    rawOutput: text('raw_output'),
    /** What was asked, masked, for as long as a shadow has yet to repeat it. */
    question: text('question'),
    /** The organisation's local day, whose budget it is of. */
    day: text('day').notNull(),
    createdAt: instant('created_at').notNull(),
    settledAt: instant('settled_at'),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.id] }),
    index('model_calls_run').on(t.orgId, t.runId),
    index('model_calls_time').on(t.orgId, t.createdAt, t.id),
    uniqueIndex('model_calls_shadow')
      .on(t.orgId, t.shadowOf)
      .where(sql`shadow_of is not null`),
  ],
)

/** What model calls have used and put aside, a row per local day: budgets are checked under its lock. */
export const modelSpend = pgTable(
  'model_spend',
  {
    orgId: orgId(),
    day: text('day').notNull(),
    kind: text('kind', { enum: ['live', 'shadow'] }).notNull(),
    tokens: bigint('tokens', { mode: 'number' }).notNull().default(0),
    microUsd: bigint('micro_usd', { mode: 'number' }).notNull().default(0),
  },
  (t) => [primaryKey({ columns: [t.orgId, t.day, t.kind] })],
)

/** What a shadow answered beside the live model (S9), told as what can be compared: a route, or kinds of proposals. */
export const shadowComparisons = pgTable(
  'shadow_comparisons',
  {
    orgId: orgId(),
    /** The live call. */
    callId: text('call_id').notNull(),
    shadowCallId: text('shadow_call_id').notNull(),
    runId: text('run_id'),
    task: text('task').notNull(),
    /** Provider, model and prompt version of the shadow, in a word. */
    shadow: text('shadow').notNull(),
    live: text('live').array().notNull(),
    shadowed: text('shadowed').array().notNull(),
    agrees: boolean('agrees').notNull(),
    liveReason: text('live_reason').notNull(),
    shadowReason: text('shadow_reason').notNull(),
    at: instant('at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.orgId, t.callId] }),
    index('shadow_comparisons_time').on(t.orgId, t.at),
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
