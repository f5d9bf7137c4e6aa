import { z } from '@hono/zod-openapi'
import { Correction, MAX_CORRECTIONS_PER_CALL } from './correction-shapes.ts'

export const RejectionCodeView = z.enum([
  'malformed',
  'unknown_customer',
  'future',
  'too_old',
  'idempotency_conflict',
])

export const EventResultView = z.object({
  status: z.enum(['accepted', 'duplicate', 'rejected']),
  eventId: z.string().optional(),
  idempotencyKey: z.string().optional(),
  code: RejectionCodeView.optional(),
  reason: z.string().optional(),
})

export const RecordedView = z
  .object({
    results: z.array(EventResultView),
    accepted: z.number().int(),
    duplicate: z.number().int(),
    rejected: z.number().int(),
    accounts: z
      .record(z.string(), z.string())
      .optional()
      .openapi({ description: 'Billing status of the accounts named that are not active.' }),
  })
  .openapi('RecordedUsage')

const quantity = z.union([z.string(), z.number()]).openapi({ description: 'Exact decimal.' })
const properties = z.record(z.string(), z.unknown()).optional()

const FullEvent = z
  .object({
    event_id: z.string().optional(),
    idempotency_key: z.string().optional(),
    event_type: z.string().openapi({ description: 'The metric.' }),
    timestamp: z.string().optional().openapi({ description: 'RFC 3339; default: now.' }),
    customer_id: z.string(),
    quantity,
    namespace_id: z.string().optional(),
    properties,
  })
  .openapi('UsageEvent')

export const ShortEventView = z
  .object({
    metric: z.string(),
    amount: quantity,
    customerId: z.string(),
    timestamp: z.string().optional(),
    properties,
  })
  .openapi('ShortUsageEvent')

export const EventsView = z.union([
  z.array(FullEvent).max(1000),
  z.object({ events: z.array(FullEvent).max(1000) }),
])

export const CloudEventView = z
  .object({
    specversion: z.literal('1.0'),
    id: z.string(),
    source: z.string(),
    type: z.string().openapi({ description: 'The metric.' }),
    subject: z.string().openapi({ description: 'The customer.' }),
    time: z.string().optional(),
    data: z.object({ quantity, properties }),
  })
  .openapi('CloudEvent')

export const CorrectionsView = z
  .object({
    corrections: z.array(Correction).max(MAX_CORRECTIONS_PER_CALL),
  })
  .openapi('UsageCorrections')

export const CorrectedView = z
  .object({
    results: z.array(
      z.object({
        status: z.enum(['corrected', 'unchanged', 'rejected']),
        eventId: z.string().optional(),
        replacedBy: z.string().optional(),
        code: z.string().optional(),
        reason: z.string().optional(),
      }),
    ),
    corrected: z.number().int(),
    unchanged: z.number().int(),
    rejected: z.number().int(),
  })
  .openapi('CorrectedUsage')

export const UsageView = z
  .object({
    customerId: z.string(),
    metric: z.string(),
    from: z.string(),
    to: z.string(),
    count: z.string(),
    sum: z.string(),
    max: z.string(),
    min: z.string(),
    hours: z.array(z.object({ hour: z.string(), count: z.number(), sum: z.string() })),
  })
  .openapi('Usage')

export const DeadLetterView = z
  .object({
    id: z.string(),
    code: z.string(),
    reason: z.string(),
    body: z.unknown(),
    times: z.number().int(),
    status: z.enum(['open', 'redriven', 'dismissed']),
    receivedAt: z.string(),
  })
  .openapi('DeadLetter')
