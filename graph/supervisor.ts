import { askModel, type CallRecord } from '#agents/ask-model.ts'
import { promptNamed } from '#agents/prompt.ts'
import { DECISION_CONTRACT } from '#agents/supervisor-contract.ts'
import type { Model } from '#src/gateways/model/model.ts'
import { decideCase, type ModelDecider } from './decide.ts'
import type { Node } from './nodes.ts'
import { decideOffline, type OfflineDecision } from './offline.ts'
import type { GraphState, Route } from './state.ts'

const LONGEST_TEXT = 12_000

/** Decides who gets the case, and keeps the call for the record. */
export const supervisorNode: Node = async (state, { scope, deps }) => {
  const calls: CallRecord[] = []
  const decider = deps.model ? modelDecider(deps.model, (record) => calls.push(record)) : undefined
  const decision = await decideCase(state, decider)
  const isAutomatic = decision.reasonCode === 'automatic_mail'
  return {
    decision,
    supervisorDecision: {
      nextAgent: decision.nextAgent,
      reasoning: decision.reasoning,
      timestamp: scope.now.toString(),
    },
    calls: [...state.calls, ...calls],
    ...(isAutomatic ? { outcome: { kind: 'ignored' } } : {}),
  }
}

/**
 * Asks the model for a route (ROUTING_POLICY §2). A model adds judgement, never permission: where the offline rules
 * know a reason for a person, a person it is. Confidence is measured by agreement and repairs.
 */
function modelDecider(model: Model, onCall: (record: CallRecord) => void): ModelDecider {
  return async (state) => {
    const { answer, record } = await askModel(model, {
      purpose: 'supervisor',
      prompt: promptNamed('supervisor'),
      contract: DECISION_CONTRACT,
      input: supervisorInput(state),
    })
    onCall(record)
    if (!answer) return null
    const ruled = decideOffline(state)
    const mustEscalate = ruled.nextAgent === 'human_escalation' && ruled.abstained !== true
    const nextAgent: Route = mustEscalate ? 'human_escalation' : answer.nextAgent
    const agreed = ruled.nextAgent === answer.nextAgent
    const overruled = nextAgent === answer.nextAgent ? '' : ` Overruled: ${ruled.reasoning}`
    return {
      nextAgent,
      reasoning: `${answer.reasoning}${overruled}`,
      confidence: Math.max(0.1, (agreed ? 0.95 : 0.6) - 0.15 * record.repairs),
      otherWants: wantsBeside(nextAgent, ruled),
    }
  }
}

/** What the rules found besides the route taken: the model names one route, the customer may want more. */
function wantsBeside(nextAgent: Route, ruled: OfflineDecision): readonly Route[] {
  if (ruled.abstained) return []
  return [ruled.nextAgent, ...ruled.otherWants].filter((route) => route !== nextAgent)
}

/** The model's decision outside a run (`decide`, evals): nothing is stored and no organisation's budget spent. */
export function modelDeciderAlone(model: Model): ModelDecider {
  return modelDecider(model, () => {})
}

function supervisorInput(state: GraphState): Record<string, unknown> {
  if (state.trigger.type !== 'customer_query') return { trigger: state.trigger.type }
  const { attachments = [] } = state.trigger.payload
  return {
    billingStatus: state.billingStatus,
    message: {
      subject: state.trigger.payload.subject.slice(0, 500),
      text: state.trigger.payload.text.slice(0, LONGEST_TEXT),
      ...(attachments.length > 0
        ? { attachmentNames: attachments.map((name) => name.slice(0, 200)) }
        : {}),
    },
  }
}
