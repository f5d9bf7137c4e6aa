import type { Scope } from '#db/context.ts'
import { openEscalation } from '#src/approvals/open-escalation.ts'
import { recordRun } from '#src/approvals/runs/record-run.ts'
import { triggerNote } from './hand-over.ts'
import type { GivenUp } from './run-limits.ts'
import type { RunState } from './run-state.ts'

const SAYS: Readonly<Record<GivenUp, string>> = {
  too_many_steps: 'The run went round in circles and was stopped',
  run_timeout: 'The run took too long and was stopped',
  run_failed: 'The run failed again and again',
}

/**
 * Ends a run that does not come to an end by itself: a person gets the case, once, and what they write goes out
 * without it. Its effects so far stand; the message of the error goes to the record, not to a customer.
 */
export async function giveUp(
  scope: Scope,
  state: RunState,
  why: { reason: GivenUp; error: unknown },
): Promise<void> {
  const { workflowId: runId, customerId } = state
  const who = customerId === null ? 'an unknown sender' : `account ${customerId}`
  const detail = why.error instanceof Error ? why.error.message.slice(0, 300) : ''
  await scope.transact(async (ctx) => {
    const escalationId = await openEscalation(ctx, {
      runId: `none:${runId}`,
      customerId,
      reason: why.reason,
      summary: `${SAYS[why.reason]}, ${who}: please answer yourself.`,
      key: `${runId}:given_up`,
      context: {
        trigger: { type: state.trigger.type, ...triggerNote(state) },
        billingStatus: state.billingStatus,
        subject: state.trigger.type === 'customer_query' ? state.trigger.payload.subject : '',
        facts: {},
        runId,
      },
    })
    await recordRun(ctx, runId, {
      status: 'failed',
      outcome: { kind: 'given_up', reason: why.reason, detail, escalationId },
    })
  })
}
