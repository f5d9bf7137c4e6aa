import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { customers } from '#db/schema/customers.ts'
import { loadCustomer } from '#src/customers/load-customer.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { lockOpenCases } from './case-rows.ts'
import { wakeNow } from './move-case.ts'
import { withdrawMails } from './withdraw-mails.ts'

/**
 * A person tells dunning to leave an account alone, or lets it go on: then what came due meanwhile is taken up step by
 * step. Asking for what already is changes nothing.
 * @throws not_found
 */
export async function holdCustomer(
  ctx: Ctx,
  input: { customerId: string; hold: boolean; reason: string },
): Promise<void> {
  const { manualHold } = await loadCustomer(ctx, input.customerId)
  if (manualHold === input.hold) return
  await ctx.db
    .update(customers)
    .set({ manualHold: input.hold })
    .where(and(eq(customers.orgId, ctx.orgId), eq(customers.id, input.customerId)))
  await recordAudit(ctx, {
    action: input.hold ? 'dunning.held' : 'dunning.hold_lifted',
    subject: { type: 'customer', id: input.customerId },
    reason: input.reason,
  })
  const open = await lockOpenCases(ctx, input.customerId)
  if (input.hold)
    await withdrawMails(
      ctx,
      open.map(({ id }) => id),
      input.reason,
    )
  else for (const row of open) await wakeNow(ctx, row)
}
