import type { RunRecord } from '#src/approvals/runs/record-run.ts'
import { hashOf } from '#src/kernel/canonical.ts'
import { rulesVersion } from './offline/rules-version.ts'
import type { RunState } from './run-state.ts'

/** Names the routing policy that these decisions follow; the rules' own version goes behind it. */
const POLICY_VERSION = 'routing-1'

/** The run's row: everything ROUTING_POLICY §3 names. The supervisor's call stands for it, else the agent's. */
export function recordOf(state: RunState): RunRecord & { status: 'done' | 'waiting' } {
  const outcome = outcomeOf(state)
  const call = state.calls.find(({ purpose }) => purpose === 'supervisor') ?? state.calls[0]
  const { decision } = state
  return {
    status: outcome['kind'] === 'waiting' ? 'waiting' : 'done',
    nextAgent: decision?.nextAgent ?? null,
    source: decision?.source ?? null,
    reasonCode: decision?.reasonCode ?? null,
    reasoning: decision?.reasoning ?? null,
    confidence: decision?.confidence ?? null,
    stateHash: stateHash(state),
    promptHash: call?.promptHash ?? null,
    schemaHash: call?.schemaHash ?? null,
    policyVersion: `${POLICY_VERSION}+${rulesVersion()}`,
    provider: call ? call.provider : 'offline',
    model: call ? call.model : 'rules',
    rawOutput: state.calls.length > 0 ? JSON.stringify(state.calls.map(rawOf)) : null,
    repairs: sum(state, (each) => each.repairs),
    inputTokens: sum(state, (each) => each.inputTokens),
    outputTokens: sum(state, (each) => each.outputTokens),
    latencyMs: sum(state, (each) => each.latencyMs),
    proposals: state.proposals,
    verdicts: state.verdicts,
    outcome,
  }
}

type Call = RunState['calls'][number]

function rawOf({ purpose, rawOutput, failure, detail }: Call) {
  return { purpose, rawOutput, failure, detail }
}

function sum(state: RunState, of: (call: Call) => number): number {
  return state.calls.reduce((total, call) => total + of(call), 0)
}

/** What the decision was made from. */
function stateHash(state: RunState): string {
  const { trigger, sender, account, billingStatus, outstandingInvoices, customerId } = state
  return hashOf({ trigger, sender, account, billingStatus, outstandingInvoices, customerId })
}

function outcomeOf(state: RunState): Record<string, unknown> {
  const outcome = (state.outcome ?? { kind: 'acted' }) as Record<string, unknown>
  return { ...outcome, effects: state.effects }
}
