import { z } from 'zod'
import { defineJob, type Job } from '#src/gateways/queue/job.ts'
import type { TaxIdRegister } from '#src/gateways/tax/register.ts'
import { checkAgain } from './check-again.ts'
import { checkTaxId } from './check-tax-id.ts'

/** CHECK_TAX_ID: a VAT ID that was given, changed, or has to be confirmed again. */
export function customerJobs(deps: { readonly register: TaxIdRegister }): Job[] {
  return [
    defineJob({
      name: 'CHECK_TAX_ID',
      payload: z.object({ customerId: z.string(), attempt: z.number().int().default(1) }),
      run: async (scope, { customerId, attempt }) => {
        const outcome = await checkTaxId(scope, deps.register, customerId)
        if (outcome.kind === 'unavailable')
          await scope.transact((ctx) => checkAgain(ctx, customerId, attempt))
      },
    }),
  ]
}
