import { z } from 'zod'
import { defineJob, type Job } from '#src/gateways/queue/job.ts'
import type { RunDeps } from './nodes.ts'
import { writeDunningMail } from './draft-dunning-mail.ts'
import { resumeRun, runTrigger } from './run.ts'
import { shadowCall } from './shadow-call.ts'

/** Seconds: a run may make several model calls. */
const RUN_LEASE_SECONDS = 180

/** Jobs that make the supervisor run, go on after a person's answer, and word the mails of the dunning schedule. */
export function graphJobs(deps: RunDeps): Job[] {
  return [
    defineJob({
      name: 'RUN_SUPERVISOR',
      leaseSeconds: RUN_LEASE_SECONDS,
      payload: z.object({
        type: z.enum(['stripe_event', 'customer_query', 'usage_anomaly']),
        ref: z.string(),
      }),
      run: async (scope, trigger) => {
        await runTrigger(scope, deps, trigger)
      },
    }),
    defineJob({
      name: 'RESUME_RUN',
      leaseSeconds: RUN_LEASE_SECONDS,
      payload: z.object({ escalationId: z.string() }),
      run: async (scope, payload) => {
        await resumeRun(scope, deps, payload)
      },
    }),
    defineJob({
      name: 'SHADOW_CALL',
      payload: z.object({ callId: z.string() }),
      run: async (scope, { callId }) => {
        // Switched off since: the question is forgotten with the raw outputs.
        if (deps.shadow) await shadowCall(scope, deps.shadow, callId)
      },
    }),
    defineJob({
      name: 'DRAFT_DUNNING_MAIL',
      payload: z.object({ caseId: z.string(), step: z.string() }),
      run: async (scope, payload) => {
        await writeDunningMail(scope, deps, payload)
      },
    }),
  ]
}
