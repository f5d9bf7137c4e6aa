import { z } from 'zod'
import { KeyedProposal, Verdict } from '#src/approvals/shapes.ts'
import { GraphState, REASON_CODES, ROUTES, WORKERS } from './state.ts'

const StoredDecision = z.object({
  nextAgent: z.enum(ROUTES),
  reasoning: z.string(),
  source: z.enum(['guard', 'rules', 'model']),
  reasonCode: z.enum(REASON_CODES).optional(),
  confidence: z.number(),
  otherWants: z.array(z.enum(ROUTES)).readonly().exactOptional(),
})

/** A model call as stored: agents/ask-model.ts. */
const StoredCall = z.object({
  purpose: z.string(),
  provider: z.string(),
  model: z.string(),
  rawOutput: z.string(),
  repairs: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  latencyMs: z.number(),
  promptHash: z.string(),
  schemaHash: z.string(),
  failure: z.enum(['none', 'unavailable', 'refusal', 'invalid', 'budget']).nullable(),
  detail: z.string(),
})

/** What one agent has worked out for its want; judged for itself, so that a refused draft has given way already. */
const WorkPart = z.object({
  agent: z.enum(WORKERS),
  proposals: z.array(KeyedProposal),
  verdicts: z.array(Verdict),
})

/** A figure that a question named and that has another value now. */
const Drift = z.object({ fact: z.string(), was: z.string().nullable(), is: z.string().nullable() })
export type Drift = z.infer<typeof Drift>

const Effect = z.object({ key: z.string(), kind: z.string(), result: z.string() })
export type Effect = z.infer<typeof Effect>

/** GraphState and what a run keeps for itself between nodes. Everything here is in the checkpoint: ids and facts only. */
export const RunState = GraphState.extend({
  customerId: z.string().nullable().default(null),
  anomalyId: z.string().nullable().default(null),
  /** A person's open case on this account, to attach to. */
  claimedEscalationId: z.string().nullable().default(null),
  decision: StoredDecision.nullish(),
  agentReasoning: z.string().default(''),
  calls: z.array(StoredCall).default([]),
  /** One for each agent that has had the case, in that order. */
  parts: z.array(WorkPart).default([]),
  proposals: z.array(KeyedProposal).default([]),
  verdicts: z.array(Verdict).default([]),
  effects: z.array(Effect).default([]),
  /** How often a person has been asked; each round is an escalation of its own. */
  round: z.number().int().default(0),
  escalationId: z.string().nullable().default(null),
  escalationReason: z.string().nullable().default(null),
  /** What moved between question and answer; it is asked again with these. */
  drifted: z.array(Drift).default([]),
  /** Whether the answer given does not stand and the person is asked again. */
  asksAgain: z.boolean().default(false),
  /** Why an answer was not taken; the question stands. */
  refusal: z.string().nullable().default(null),
  answer: z.unknown().optional(),
})
export type RunState = z.infer<typeof RunState>
