import type { Decision, GraphState, ReasonCode, Route } from './state.ts'

/**
 * What code decides before any model sees the case: the table of ROUTING_POLICY §1, in its
 * order. Null means that the case is a verified customer's free text, or an event no row names.
 * `automatic_mail` carries a route like every decision, but means: no run at all, logged.
 */
export function decideByGuards(state: GraphState): Decision | null {
  const guard = GUARDS.find(({ applies }) => applies(state))
  if (!guard) return null
  return {
    nextAgent: guard.route ?? 'human_escalation',
    reasoning: guard.reasoning,
    source: 'guard',
    reasonCode: guard.code,
    confidence: 1,
  }
}

interface Guard {
  readonly code: ReasonCode
  readonly applies: (state: GraphState) => boolean
  readonly reasoning: string
  /** Where the row sends the case; a person when absent. */
  readonly route?: Route
}

const MAX_BODY_BYTES = 200_000
const MAX_AUTOMATED_REPLIES = 5
const MAX_EARLIER_RUNS = 2

const GUARDS: readonly Guard[] = [
  {
    code: 'automatic_mail',
    applies: (state) => isMail(state) && state.sender.trust === 'automatic',
    reasoning: 'The mail was sent by a machine: it is logged and not answered.',
  },
  {
    code: 'dispute_open',
    applies: (state) => state.account.disputeOpen || eventType(state).startsWith('charge.dispute.'),
    reasoning: 'A dispute is open on the account: a person decides.',
  },
  {
    code: 'human_owns_case',
    applies: (state) => state.account.humanOwnsCase,
    reasoning: 'A person already works on this account: the case joins theirs.',
  },
  {
    code: 'dunning_exhausted',
    applies: ({ account }) => EXHAUSTED.has(account.dunningState ?? ''),
    reasoning: 'The dunning case has run its course: a person decides.',
  },
  {
    code: 'unverified_sender',
    applies: (state) => isMail(state) && state.sender.trust !== 'verified',
    reasoning: 'The sender is not a verified contact of the account: a person decides.',
  },
  {
    code: 'unreadable',
    applies: isUnreadable,
    reasoning: 'The message is empty or too large to read: a person looks at it.',
  },
  {
    code: 'loop_guard',
    applies: ({ account }) =>
      account.automatedRepliesInThread > MAX_AUTOMATED_REPLIES ||
      account.runsInLast10Minutes > MAX_EARLIER_RUNS,
    reasoning: 'Too many automatic answers in a short time: a person takes over.',
  },
  {
    code: 'payment_failed',
    route: 'dunning_agent',
    applies: (state) => PAYMENT_FAILURES.has(eventType(state)),
    reasoning: 'A payment failed or needs the payer: a matter of getting paid.',
  },
  {
    code: 'usage_anomaly',
    route: 'anomaly_agent',
    applies: ({ trigger }) => trigger.type === 'usage_anomaly',
    reasoning: 'The detector raised a usage anomaly.',
  },
]

const EXHAUSTED: ReadonlySet<string> = new Set(['manual_review', 'final_notice', 'closed'])
const PAYMENT_FAILURES: ReadonlySet<string> = new Set([
  'invoice.payment_failed',
  'payment_intent.payment_failed',
  'invoice.payment_action_required',
  'payment_intent.requires_action',
])

function isMail({ trigger }: GraphState): boolean {
  return trigger.type === 'customer_query'
}

function eventType({ trigger }: GraphState): string {
  return trigger.type === 'stripe_event' ? trigger.payload.type : ''
}

/** Subject and body count together; what a reader cannot see is not there. */
function isUnreadable({ trigger }: GraphState): boolean {
  if (trigger.type !== 'customer_query') return false
  const { subject, text } = trigger.payload
  if (Buffer.byteLength(text, 'utf8') > MAX_BODY_BYTES) return true
  return `${subject}${text}`.replace(/[\s\p{Cf}\p{Cc}\uFFFD]/gu, '') === ''
}
