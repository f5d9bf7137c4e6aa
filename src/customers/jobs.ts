import { z } from 'zod'
import { enqueue } from '#db/outbox.ts'
import { defineJob, type Job } from '#src/gateways/queue/job.ts'
import type { TaxIdRegister } from '#src/gateways/tax/register.ts'
import { checkTaxId } from './check-tax-id.ts'

/** Minutes until the register is asked again, by how often it did not answer; then hourly, for two weeks in all. */
const AGAIN_AFTER_MINUTES = [2, 10, 30]
const LAST_ATTEMPT = 14 * 24

/** CHECK_TAX_ID: a VAT ID that was given, changed, or has to be confirmed again. */
export function customerJobs(deps: { readonly register: TaxIdRegister }): Job[] {
  return [
    defineJob({
      name: 'CHECK_TAX_ID',
      payload: z.object({ customerId: z.string(), attempt: z.number().int().default(1) }),
      run: async (scope, { customerId, attempt }) => {
        const outcome = await checkTaxId(scope, deps.register, customerId)
        if (outcome.kind !== 'unavailable' || attempt >= LAST_ATTEMPT) return
        const minutes = AGAIN_AFTER_MINUTES[attempt - 1] ?? 60
        await scope.transact((ctx) =>
          enqueue(ctx, {
            job: 'CHECK_TAX_ID',
            key: `${customerId}:${ctx.now.toString()}:${attempt + 1}`,
            payload: { customerId, attempt: attempt + 1 },
            dueAt: ctx.now.add({ minutes }),
          }),
        )
      },
    }),
  ]
}
