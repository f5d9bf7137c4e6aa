import { z } from 'zod'

/** The four routes of ROUTING_POLICY. */
export const ROUTES = [
  'dunning_agent',
  'inquiry_agent',
  'anomaly_agent',
  'human_escalation',
] as const
export type Route = (typeof ROUTES)[number]

/** The agents among them, by what it costs a customer if their want waits, dearest first. */
export const WORKERS = ['dunning_agent', 'anomaly_agent', 'inquiry_agent'] as const
export type Worker = (typeof WORKERS)[number]

/** Why code decided before any model saw the case (ROUTING_POLICY §1). */
export const REASON_CODES = [
  'automatic_mail',
  'dispute_open',
  'human_owns_case',
  'dunning_exhausted',
  'unverified_sender',
  'unreadable',
  'loop_guard',
  'model_unavailable',
  'payment_failed',
  'usage_anomaly',
] as const
export type ReasonCode = (typeof REASON_CODES)[number]

export const BillingStatus = z.enum([
  'active',
  'payment_due',
  'payment_failed',
  'dunning',
  'suspended',
])
export type BillingStatus = z.infer<typeof BillingStatus>

export const DUNNING_STATES = [
  'issued',
  'payment_attempted',
  'retry_scheduled',
  'reminder_sent',
  'urgent_notice',
  'manual_review',
  'final_notice',
  'closed',
  'recovered',
] as const

const CustomerQuery = z.object({
  messageId: z.string(),
  from: z.string(),
  subject: z.string(),
  text: z.string(),
  receivedAt: z.string(),
  /** Names only: nobody opens them, but a name too can carry instructions. */
  attachments: z.array(z.string()).exactOptional(),
})
export type CustomerQuery = z.infer<typeof CustomerQuery>

const UsageAnomaly = z.object({
  metric: z.string(),
  from: z.string(),
  to: z.string(),
  observed: z.union([z.string(), z.number()]),
  expected: z.union([z.string(), z.number()]),
  score: z.number(),
})

/** A Stripe event as received: only its id and type are relied on here. */
const StripeEvent = z.looseObject({ id: z.string(), type: z.string() })

const Trigger = z.discriminatedUnion('type', [
  z.object({ type: z.literal('stripe_event'), payload: StripeEvent }),
  z.object({ type: z.literal('customer_query'), payload: CustomerQuery }),
  z.object({ type: z.literal('usage_anomaly'), payload: UsageAnomaly }),
])

const AccountFacts = z.object({
  disputeOpen: z.boolean().default(false),
  humanOwnsCase: z.boolean().default(false),
  dunningState: z.enum(DUNNING_STATES).nullable().default(null),
  automatedRepliesInThread: z.number().int().min(0).default(0),
  runsInLast10Minutes: z.number().int().min(0).default(0),
})

const SupervisorDecision = z.object({
  nextAgent: z.enum(ROUTES),
  reasoning: z.string(),
  timestamp: z.string(),
})

/** What a decision answers with (`decide`, DESIGN §5). */
export interface Decision {
  readonly nextAgent: Route
  readonly reasoning: string
  readonly source: 'guard' | 'rules' | 'model'
  readonly reasonCode?: ReasonCode
  /** 0..1, measured (agreement, repairs, identity), never asked of a model. */
  readonly confidence: number
  /** Routes of what else a customer wants in the same mail, dearest first; absent where nothing was read. */
  readonly otherWants?: readonly Route[]
}

/**
 * The state every run carries (DESIGN §4). Amounts are in minor units where integers are given; facts are filled by code.
 * An absent sender is unverified, absent account fields mean that nothing is open.
 */
export const GraphState = z.object({
  orgId: z.string().default(''),
  userId: z.string(),
  stripeCustomerId: z.string().nullish(),
  workflowId: z.string(),
  billingStatus: BillingStatus,
  recentUsage: z
    .array(
      z.object({
        metric: z.string(),
        value: z.union([z.number(), z.string()]),
        timestamp: z.string(),
      }),
    )
    .default([]),
  outstandingInvoices: z
    .array(
      z.object({
        id: z.string(),
        amount: z.union([z.number(), z.string()]),
        status: z.string(),
      }),
    )
    .default([]),
  lastPaymentError: z.unknown().optional(),
  trigger: Trigger,
  sender: z
    .object({ trust: z.enum(['verified', 'unverified', 'automatic']) })
    .default({ trust: 'unverified' }),
  account: AccountFacts.default(() => AccountFacts.parse({})),
  supervisorDecision: SupervisorDecision.nullish(),
  facts: z.record(z.string(), z.string()).default({}),
  proposals: z.array(z.unknown()).default([]),
  verdicts: z.array(z.unknown()).default([]),
  outcome: z.unknown().optional(),
})
export type GraphState = z.infer<typeof GraphState>
