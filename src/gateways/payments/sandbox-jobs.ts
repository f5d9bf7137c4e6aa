import { z } from 'zod'
import { AppError } from '#src/kernel/errors.ts'
import type { Clock } from '#src/kernel/ids.ts'
import { defineJob, PoisonJobError, type Job } from '../queue/job.ts'
import { findRecord } from './sandbox-books.ts'
import { signWebhook } from './webhook-signature.ts'

/** Delivers the sandbox's events the way Stripe does: signed, retried until our endpoint answers 2xx. */
export function sandboxJobs(deps: {
  webhookSecret: string
  /** The real clock: signatures are not older than 300 s. */
  clock: Clock
  /** Posts the raw body to `/webhooks/stripe` and returns the status. */
  deliver(rawBody: string, signature: string): Promise<number>
}): Job[] {
  return [
    defineJob({
      name: 'SANDBOX_DELIVER_EVENT',
      payload: z.object({ eventId: z.string() }),
      run: async (scope, { eventId }) => {
        const event = await scope.transact((ctx) => findRecord(ctx, eventId))
        if (!event) throw new PoisonJobError(`no sandbox event ${eventId}`)
        const rawBody = JSON.stringify(event.object)
        const signature = signWebhook({
          rawBody,
          secret: deps.webhookSecret,
          at: deps.clock.now(),
        })
        const status = await deps.deliver(rawBody, signature)
        if (status < 200 || status > 299)
          throw new AppError('unavailable', `the webhook endpoint answered ${status}`)
      },
    }),
  ]
}
