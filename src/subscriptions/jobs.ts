import { z } from 'zod'
import { defineJob, type Job } from '#src/gateways/queue/job.ts'
import { advanceSubscription } from './advance-subscription.ts'

/** ADVANCE_SUBSCRIPTION: the end of a trial, or of a subscription canceled ahead. */
export function subscriptionJobs(): Job[] {
  return [
    defineJob({
      name: 'ADVANCE_SUBSCRIPTION',
      payload: z.object({ subscriptionId: z.string() }),
      run: (scope, payload) => scope.transact((ctx) => advanceSubscription(ctx, payload)),
    }),
  ]
}
