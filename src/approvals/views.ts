import { z } from '@hono/zod-openapi'
import type { Escalation } from './load-escalation.ts'
import type { AgentRun } from './runs/list-runs.ts'

export const EscalationView = z
  .object({
    id: z.string(),
    runId: z.string(),
    customerId: z.string().nullable(),
    reason: z.string(),
    summary: z.string(),
    priority: z.enum(['low', 'normal', 'high', 'urgent']),
    status: z.enum(['open', 'claimed', 'answered', 'resolved']),
    claimedBy: z.string().nullable(),
    claimedAt: z.string().nullable(),
    claimActiveAt: z
      .string()
      .nullable()
      .openapi({ description: 'Left alone for longer than the setting, the claim goes stale' }),
    context: z.record(z.string(), z.unknown()),
    answer: z.record(z.string(), z.unknown()).nullable(),
    answeredBy: z.string().nullable(),
    answeredAt: z.string().nullable(),
    dueAt: z.string(),
    overdueToldAt: z.string().nullable(),
    createdAt: z.string(),
    resolvedAt: z.string().nullable(),
    outcome: z.string().nullable().openapi({ description: 'What came of the answer' }),
  })
  .openapi('Escalation')

export function escalationView(row: Escalation): z.infer<typeof EscalationView> {
  return {
    id: row.id,
    runId: row.runId,
    customerId: row.customerId,
    reason: row.reason,
    summary: row.summary,
    priority: row.priority,
    status: row.status,
    claimedBy: row.claimedBy,
    claimedAt: row.claimedAt?.toString() ?? null,
    claimActiveAt: row.claimActiveAt?.toString() ?? null,
    context: row.context,
    answer: row.answer,
    answeredBy: row.answeredBy,
    answeredAt: row.answeredAt?.toString() ?? null,
    dueAt: row.dueAt.toString(),
    overdueToldAt: row.overdueToldAt?.toString() ?? null,
    createdAt: row.createdAt.toString(),
    resolvedAt: row.resolvedAt?.toString() ?? null,
    outcome: row.outcome,
  }
}

export const QueueStatisticsView = z
  .object({
    open: z.number(),
    claimed: z.number(),
    overdue: z.number(),
    oldestDueAt: z.string().nullable(),
    openByReason: z.record(z.string(), z.number()),
    openByPriority: z.record(z.string(), z.number()),
    answered: z.number(),
    medianSecondsToAnswer: z.number().nullable(),
    answeredInTime: z.number(),
    decisions: z.record(z.string(), z.number()),
  })
  .openapi('QueueStatistics')

export const AgentRunView = z
  .object({
    id: z.string(),
    customerId: z.string().nullable(),
    triggerType: z.enum(['stripe_event', 'customer_query', 'usage_anomaly']),
    triggerKey: z.string(),
    status: z.enum(['running', 'waiting', 'done', 'failed']),
    nextAgent: z.string().nullable(),
    source: z.string().nullable(),
    reasonCode: z.string().nullable(),
    reasoning: z.string().nullable(),
    confidence: z.number().nullable(),
    stateHash: z.string().nullable(),
    promptHash: z.string().nullable(),
    schemaHash: z.string().nullable(),
    policyVersion: z.string().nullable(),
    provider: z.string().nullable(),
    model: z.string().nullable(),
    rawOutput: z.string().nullable(),
    repairs: z.number(),
    inputTokens: z.number(),
    outputTokens: z.number(),
    costMicroUsd: z.number().nullable(),
    latencyMs: z.number(),
    proposals: z.array(z.unknown()),
    verdicts: z.array(z.unknown()),
    outcome: z.record(z.string(), z.unknown()).nullable(),
    attempts: z.number(),
    createdAt: z.string(),
    finishedAt: z.string().nullable(),
  })
  .openapi('AgentRun')

export function agentRunView(row: AgentRun): z.infer<typeof AgentRunView> {
  const { orgId: _orgId, createdAt, finishedAt, ...rest } = row
  return {
    ...rest,
    createdAt: createdAt.toString(),
    finishedAt: finishedAt?.toString() ?? null,
  }
}
