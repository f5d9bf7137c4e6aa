import { z } from 'zod'
import type { ProviderFor } from '#src/gateways/payments/provider.ts'
import { defineJob, type Job } from '#src/gateways/queue/job.ts'
import { applyProviderEvent } from './apply-provider-event.ts'
import { chargeInvoice } from './charge-invoice.ts'
import { sendRefund } from './send-refund.ts'
import { settleUnknownPayment } from './settle-unknown.ts'

/** Jobs of this room. Each may run twice: the second run changes nothing. */
export function paymentJobs(deps: { providerFor: ProviderFor }): Job[] {
  return [
    defineJob({
      name: 'CHARGE_INVOICE',
      payload: z.object({ invoiceId: z.string(), cause: z.string() }),
      // Longer than the provider's own timeout with its retries.
      leaseSeconds: 180,
      run: async (scope, payload) => {
        await chargeInvoice(scope, deps, payload)
      },
    }),
    defineJob({
      name: 'REFUND_PAYMENT',
      payload: z.object({ refundId: z.string() }),
      leaseSeconds: 180,
      run: (scope, payload) => sendRefund(scope, deps, payload),
    }),
    defineJob({
      name: 'APPLY_PROVIDER_EVENT',
      payload: z.object({ eventId: z.string() }),
      leaseSeconds: 120,
      run: async (scope, { eventId }) => {
        await applyProviderEvent(scope, deps, eventId)
      },
    }),
    defineJob({
      name: 'SETTLE_UNKNOWN',
      payload: z.object({ paymentId: z.string(), lookUp: z.number().int() }),
      leaseSeconds: 180,
      run: async (scope, payload) => {
        await settleUnknownPayment(scope, deps, payload)
      },
    }),
  ]
}
