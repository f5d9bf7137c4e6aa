import { z } from 'zod'
import { defineJob, type Job } from '#src/gateways/queue/job.ts'
import type { TaxCalculator } from '#src/gateways/tax/calculator.ts'
import type { TaxIdRegister } from '#src/gateways/tax/register.ts'
import { AppError } from '#src/kernel/errors.ts'
import { generateInvoice } from './generate-invoice.ts'
import { sendInvoice } from './send-invoice.ts'
import { recordTax, reverseTax } from './tax/record-tax.ts'
import { settleHold } from './tax/settle-hold.ts'

/** GENERATE_INVOICE: one subscription and period. SETTLE_TAX: what its draft waits for. RECORD_TAX and
 * REVERSE_TAX: the sale at the provider that calculated its tax. SEND_INVOICE: the mail with a finalized invoice. */
export function invoicingJobs(deps: {
  readonly publicUrl: string
  readonly register: TaxIdRegister
  /** null: our own table decides every tax. */
  readonly calculator: TaxCalculator | null
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
      payload: z.object({
        subscriptionId: z.string(),
        period: z.string(),
        attempt: z.number().int().default(1),
      }),
      run: (scope, { attempt, ...target }) => settleHold(scope, deps, target, attempt),
    }),
    defineJob({
      name: 'RECORD_TAX',
      payload: z.object({ invoiceId: z.string() }),
      run: (scope, { invoiceId }) => recordTax(scope, required(deps.calculator), invoiceId),
    }),
    defineJob({
      name: 'REVERSE_TAX',
      payload: z.object({ invoiceId: z.string(), creditNoteId: z.string().nullable() }),
      run: (scope, payload) => reverseTax(scope, required(deps.calculator), payload),
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

/** An invoice whose tax a provider calculated, and nobody to tell: its job waits for the key to be back. */
function required(calculator: TaxCalculator | null): TaxCalculator {
  if (!calculator)
    throw new AppError('unavailable', 'no tax provider can be asked: is the key set?')
  return calculator
}
