import { z } from 'zod'
import { defineJob, type Job } from '#src/gateways/queue/job.ts'
import { deliverWebhook, type DeliverDeps } from './deliver-webhook.ts'

/** DELIVER_WEBHOOK. */
export function notificationJobs(deps: DeliverDeps): Job[] {
  return [
    defineJob({
      name: 'DELIVER_WEBHOOK',
      payload: z.object({ deliveryId: z.string() }),
      run: (scope, { deliveryId }) => deliverWebhook(scope, deps, deliveryId),
    }),
  ]
}
