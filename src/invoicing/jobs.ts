import { z } from 'zod'
import { defineJob, type Job } from '#src/gateways/queue/job.ts'
import { generateInvoice } from './generate-invoice.ts'
import { sendInvoice } from './send-invoice.ts'

/** GENERATE_INVOICE: one subscription and period. SEND_INVOICE: the mail with a finalized invoice. */
export function invoicingJobs(deps: { readonly publicUrl: string }): Job[] {
  return [
    defineJob({
      name: 'GENERATE_INVOICE',
      payload: z.object({ subscriptionId: z.string(), period: z.string() }),
      run: async (scope, payload) => {
        await generateInvoice(scope, payload)
      },
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
