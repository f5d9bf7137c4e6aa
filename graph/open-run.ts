import { commitWithoutWaiting, type Scope } from '#db/context.ts'
import { loadRoutingAccount } from '#src/approvals/runs/load-account.ts'
import { loadTrigger } from '#src/approvals/runs/load-trigger.ts'
import { startRun, type TriggerRef } from '#src/approvals/runs/start-run.ts'
import { RunState } from './run-state.ts'

export type Opened =
  | { readonly kind: 'settled'; readonly status: 'done' | 'waiting' | 'failed' }
  | {
      readonly kind: 'open'
      /** Nothing of it can be in a checkpoint. */
      readonly isNew: boolean
      /** How often it was begun, this time among them. */
      readonly attempts: number
      readonly state: RunState
    }

/** The run's row and its first state, read in one transaction. @throws not_found for a trigger whose row is gone */
export async function openRun(scope: Scope, ref: TriggerRef, runId: string): Promise<Opened> {
  return scope.transact(async (ctx) => {
    const loaded = await loadTrigger(ctx, ref)
    // The trigger waits in the outbox until the run has ended: lost, it is begun again.
    const [{ isNew, run }, account] = await Promise.all([
      startRun(ctx, ref, loaded.customerId),
      loadRoutingAccount(ctx, loaded.customerId, runId),
      commitWithoutWaiting(ctx),
    ])
    if (run.status !== 'running') return { kind: 'settled', status: run.status }
    const state = RunState.parse({
      orgId: ctx.orgId,
      userId: loaded.customerId ?? '',
      stripeCustomerId: account.stripeCustomerId,
      workflowId: runId,
      billingStatus: account.billingStatus,
      outstandingInvoices: account.outstandingInvoices,
      trigger: loaded.trigger,
      sender: { trust: loaded.trust ?? 'unverified' },
      account: {
        disputeOpen: account.disputeOpen,
        humanOwnsCase: account.claimedEscalationId !== null,
        dunningState: account.dunningState,
        automatedRepliesInThread: loaded.automatedRepliesInThread,
        runsInLast10Minutes: account.runsInLast10Minutes,
      },
      customerId: loaded.customerId,
      anomalyId: ref.type === 'usage_anomaly' ? ref.ref : null,
      claimedEscalationId: account.claimedEscalationId,
    })
    return { kind: 'open', isNew, attempts: run.attempts, state }
  })
}
