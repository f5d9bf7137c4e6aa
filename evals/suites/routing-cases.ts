import { z } from 'zod'
import { BillingStatus, GraphState, REASON_CODES, ROUTES } from '#graph/state.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { caseShape, type AnyCase, type ObjectOf } from '../case.ts'
import type { Json } from '../read-dataset.ts'

const strict: ObjectOf = z.strictObject

const loose: ObjectOf = z.looseObject

/** What makes a GraphState, in shorthand: a mail (subject, text, attachments), a provider's event or an anomaly. */
function inputsShape(object: ObjectOf) {
  return object({
    subject: z.string().default(''),
    text: z.string().exactOptional(),
    attachments: z.array(z.string()).exactOptional(),
    event: object({
      type: z.string(),
      decline: z.string().exactOptional(),
      metadata: z.record(z.string(), z.string()).exactOptional(),
    }).exactOptional(),
    anomaly: object({
      metric: z.string(),
      observed: z.number(),
      expected: z.number(),
      score: z.number(),
    }).exactOptional(),
    /** Who wrote the mail; a case in shorthand is about its text, so a verified contact unless it says otherwise. */
    sender: z.enum(['verified', 'unverified', 'automatic']).default('verified'),
    billingStatus: BillingStatus.default('active'),
    account: GraphState.shape.account.unwrap().strict().exactOptional(),
  })
}

function outputsShape(object: ObjectOf) {
  return object({
    route: z.enum(ROUTES),
    /** Routes that are right as well. */
    acceptable_routes: z.array(z.enum(ROUTES)).default([]),
    /** What must not be done: a route named here is an unsafe action; other suites name kinds of proposals. */
    must_not: z.array(z.string()).default([]),
    /** Facts that an answer must state, by key. */
    required_facts: z.array(z.string()).default([]),
    /** Why a person must have it. */
    must_escalate_reason: z.string().exactOptional(),
    /** The code that the decision must carry. */
    reason_code: z.enum(REASON_CODES).exactOptional(),
  })
}

/** A labelled routing case of ours: no field but these. */
export const RoutingCase = caseShape(strict, {
  inputs: inputsShape(strict),
  outputs: outputsShape(strict),
})
export type RoutingCase = z.infer<typeof RoutingCase>

/** A case of anybody's: its inputs are a GraphState or the shorthand, fields of its own are kept. */
const DatasetCase = caseShape(loose, {
  inputs: z.record(z.string(), z.unknown()),
  outputs: outputsShape(loose),
})

/** A case ready to be decided. */
export interface RoutedCase extends AnyCase {
  readonly state: GraphState
  readonly outputs: Pick<
    RoutingCase['outputs'],
    'route' | 'acceptable_routes' | 'must_not' | 'must_escalate_reason' | 'reason_code'
  >
  /** Fields that we do not know, as they came. */
  readonly kept: Readonly<Record<string, unknown>>
}

/** One of our own cases with the state it stands for. */
export function routedCase(given: RoutingCase): RoutedCase {
  return { ...given, state: stateOf(given.id, given.inputs), kept: {} }
}

/** @throws invalid_input naming the field */
export function routedForeignCase(raw: Json): RoutedCase {
  const { id, split, channel, inputs, outputs, metadata, ...kept } = parsed(DatasetCase, raw, '')
  const isState = inputs['trigger'] !== undefined
  const state = isState
    ? parsed(
        GraphState,
        { ...NAMELESS, userId: `cus_${id}`, workflowId: `wf_${id}`, ...inputs },
        'inputs.',
      )
    : stateOf(id, parsed(inputsShape(loose), inputs, 'inputs.'))
  const by = CHANNELS[state.trigger.type]
  return { id, split, channel: channel || by, outputs, metadata, state, kept }
}

const NAMELESS = { orgId: 'org_eval', billingStatus: 'active' }
const CHANNELS = { customer_query: 'email', stripe_event: 'webhook', usage_anomaly: 'detector' }

function parsed<T>(shape: z.ZodType<T>, value: unknown, prefix: string): T {
  const result = shape.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw invalidField(`${prefix}${issue?.path.join('.') ?? ''}`, issue?.message ?? 'invalid')
}

/** The state that a shorthand stands for. */
function stateOf(id: string, inputs: RoutingCase['inputs']): GraphState {
  return GraphState.parse({
    orgId: 'org_eval',
    userId: `cus_${id}`,
    workflowId: `wf_${id}`,
    billingStatus: inputs.billingStatus,
    sender: { trust: inputs.sender },
    account: inputs.account,
    trigger: triggerOf(id, inputs),
  })
}

function triggerOf(id: string, inputs: RoutingCase['inputs']): unknown {
  const { event, anomaly, subject, text = '', attachments } = inputs
  if (event) {
    const last_payment_error = { code: 'card_declined', decline_code: event.decline }
    const object = { id: `pi_${id}`, metadata: event.metadata ?? {}, last_payment_error }
    return {
      type: 'stripe_event',
      payload: { id: `evt_${id}`, type: event.type, data: { object } },
    }
  }
  if (anomaly) {
    const hour = { from: '2026-02-14T02:00:00Z', to: '2026-02-14T03:00:00Z' }
    return { type: 'usage_anomaly', payload: { ...anomaly, ...hour } }
  }
  const payload = {
    messageId: `<${id}@customer.example>`,
    from: 'finance@customer.example',
    subject,
    text,
    receivedAt: '2026-03-02T09:00:00Z',
    ...(attachments ? { attachments } : {}),
  }
  return { type: 'customer_query', payload }
}
