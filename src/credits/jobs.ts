import { z } from 'zod'
import { defineJob, type Job } from '#src/gateways/queue/job.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { expireCredits } from './expire-credits.ts'

/** EXPIRE_CREDITS: grants whose time is over. */
export function creditJobs(): Job[] {
  return [
    defineJob({
      name: 'EXPIRE_CREDITS',
      payload: z.object({ expiresAt: z.string(), look: z.number().int() }),
      run: async (scope, { expiresAt, look }) => {
        await expireCredits(scope, { expiresAt: parseInstant(expiresAt, 'expiresAt'), look })
      },
    }),
  ]
}
