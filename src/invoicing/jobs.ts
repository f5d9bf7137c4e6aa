import { z } from 'zod'
import { defineJob, type Job } from '#src/gateways/queue/job.ts'
import type { TaxIdRegister } from '#src/gateways/tax/register.ts'
import { generateInvoice } from './generate-invoice.ts'
import { sendInvoice } from './send-invoice.ts'
import { settleHold } from './tax/settle-hold.ts'

/** GENERATE_INVOICE: one subscription and period. SETTLE_TAX: what its draft waits for. SEND_INVOICE: the mail with a finalized invoice. */
export function invoicingJobs(deps: {
  readonly publicUrl: string
  readonly register: TaxIdRegister
}): Job[] {
  return [
    defineJob({
      name: 'GENERATE_INVOICE',
      payload: z.object({ subscriptionId: z.string(), period: z.string() }),
      run: async (scope, payload) => {
        await generateInvoice(scope, payload)
      },
    }),
    defineJob({
      name: 'SETTLE_TAX',
      payload: z.object({ subscriptionId: z.string(), period: z.string() }),
      run: (scope, payload) => settleHold(scope, deps.register, payload),
    }),
    defineJob({
      name: 'SEND_INVOICE',
      payload: z.object({ invoiceId: z.string() }),
      run: async (scope, { invoiceId }) => {
        await scope.transact((ctx) => sendInvoice(ctx, { invoiceId, publicUrl: deps.publicUrl }))
      },
    }),
  ]
}
