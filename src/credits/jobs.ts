import { z } from 'zod'
import { defineJob, type Job } from '#src/gateways/queue/job.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { checkTopUp } from './check-top-up.ts'
import { expireCredits } from './expire-credits.ts'

/** EXPIRE_CREDITS: grants whose time is over. CHECK_TOP_UP: one customer whose credit may be running out. */
export function creditJobs(): Job[] {
  return [
    defineJob({
      name: 'EXPIRE_CREDITS',
      payload: z.object({ expiresAt: z.string(), look: z.number().int() }),
      run: async (scope, { expiresAt, look }) => {
        await expireCredits(scope, { expiresAt: parseInstant(expiresAt, 'expiresAt'), look })
      },
    }),
    defineJob({
      name: 'CHECK_TOP_UP',
      payload: z.object({
        customerId: z.string(),
        revision: z.number().int(),
        look: z.number().int(),
      }),
      run: async (scope, payload) => {
        await scope.transact((ctx) => checkTopUp(ctx, payload))
      },
    }),
  ]
}
