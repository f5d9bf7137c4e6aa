import { z } from '@hono/zod-openapi'
import { ModelSettings } from '#src/tenancy/shapes.ts'
import type { ModelCall, SpentNow } from './list-calls.ts'

export const ModelCallView = z
  .object({
    id: z.string(),
    runId: z.string().nullable(),
    dunningCaseId: z.string().nullable(),
    purpose: z.enum(['route', 'draft', 'repair', 'shadow']),
    task: z.string(),
    shadowOf: z.string().nullable(),
    promptName: z.string(),
    promptVersion: z.string(),
    promptHash: z.string(),
    schemaHash: z.string(),
    provider: z.string(),
    modelAsked: z.string(),
    modelAnswered: z.string().nullable(),
    mode: z.string().nullable(),
    inputTokens: z.number(),
    outputTokens: z.number(),
    cachedTokens: z.number(),
    isEstimated: z
      .boolean()
      .openapi({ description: 'The server counted nothing, or what cannot be true' }),
    reservedTokens: z.number(),
    costMicroUsd: z
      .number()
      .nullable()
      .openapi({ description: 'Millionths of a US dollar; null where no price is known' }),
    latencyMs: z.number(),
    outcome: z.enum(['reserved', 'answered', 'invalid', 'refusal', 'unavailable', 'budget']),
    detail: z.string(),
    rawOutput: z.string().nullable(),
    createdAt: z.string(),
    settledAt: z.string().nullable(),
  })
  .openapi('ModelCall')

export function modelCallView(row: ModelCall): z.infer<typeof ModelCallView> {
  const { orgId: _org, question: _question, day: _day, reservedMicroUsd: _aside, ...rest } = row
  return {
    ...rest,
    createdAt: row.createdAt.toString(),
    settledAt: row.settledAt?.toString() ?? null,
  }
}

const Amount = z.object({ tokens: z.number(), usd: z.string() })

export const ModelSettingsView = z
  .object({
    ...ModelSettings.shape,
    spent: z.object({
      day: z.string(),
      today: Amount,
      month: Amount,
      shadowsToday: Amount,
    }),
  })
  .openapi('ModelSettings')

export function modelSettingsView(
  settings: ModelSettings,
  spent: SpentNow,
): z.infer<typeof ModelSettingsView> {
  return { ...settings, spent }
}
