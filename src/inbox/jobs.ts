import { z } from 'zod'
import { defineJob, type Job } from '#src/gateways/queue/job.ts'
import { sendMail, type SendMailDeps } from './send-mail.ts'

/** SEND_MAIL. */
export function inboxJobs(deps: SendMailDeps): Job[] {
  return [
    defineJob({
      name: 'SEND_MAIL',
      payload: z.object({ messageId: z.string() }),
      leaseSeconds: 120,
      run: (scope, { messageId }) => sendMail(scope, deps, messageId),
    }),
  ]
}
