import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { askAgain } from '#src/gateways/queue/ask-again.ts'

/** Has the register asked about a customer's VAT ID later: it gave no answer for the `attempt`th time. */
export async function checkAgain(ctx: Ctx, customerId: string, attempt: number): Promise<void> {
  const next = askAgain(
    ctx.now,
    { job: 'CHECK_TAX_ID', subject: customerId, payload: { customerId } },
    attempt,
  )
  if (next) await enqueue(ctx, next)
}
