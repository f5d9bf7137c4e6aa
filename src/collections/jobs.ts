import { z } from 'zod'
import { defineJob, type Job } from '#src/gateways/queue/job.ts'
import { advanceCase } from './advance-case.ts'

/** ADVANCE_DUNNING: a case is looked at when something in it is due. */
export function collectionJobs(): Job[] {
  return [
    defineJob({
      name: 'ADVANCE_DUNNING',
      payload: z.object({ caseId: z.string() }),
      run: async (scope, payload) => {
        await scope.transact((ctx) => advanceCase(ctx, payload))
      },
    }),
  ]
}
