import { z } from 'zod'
import { defineJob, type Job } from '#src/gateways/queue/job.ts'
import { tellOverdue } from './tell-overdue.ts'

/** ESCALATION_DUE. */
export function approvalJobs(): Job[] {
  return [
    defineJob({
      name: 'ESCALATION_DUE',
      payload: z.object({ escalationId: z.string() }),
      run: async (scope, { escalationId }) => {
        await scope.transact((ctx) => tellOverdue(ctx, escalationId))
      },
    }),
  ]
}
