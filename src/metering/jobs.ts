import { z } from 'zod'
import { defineJob, type Job } from '#src/gateways/queue/job.ts'
import { detectForOrg } from './detect-anomalies.ts'
import { DETECT_ANOMALIES } from './schedule-detection.ts'

/** Metering's jobs. The roll-up is none of them: the worker calls `rollUp` on every tick. */
export function meteringJobs(): Job[] {
  return [
    defineJob({
      name: DETECT_ANOMALIES,
      payload: z.object({}),
      run: async (scope) => {
        await detectForOrg(scope)
      },
    }),
  ]
}
