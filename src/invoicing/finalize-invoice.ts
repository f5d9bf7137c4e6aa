import type { Ctx } from '#db/context.ts'
import { requireExpected } from '#src/kernel/preview.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { finalizeDrafts } from './finalize-drafts.ts'
import { requireMove, refusedMove } from './invoice-moves.ts'
import { lockInvoice, type InvoiceRow } from './lock-invoice.ts'

/**
 * A person finalizes a draft now, without waiting for its grace period. `expectedHash`: the draft's `contentHash`.
 * @throws not_found; conflict for anything but a draft, one that is held back, or other content than expected.
 */
export async function finalizeInvoice(
  ctx: Ctx,
  input: { invoiceId: string; expectedHash?: string },
): Promise<InvoiceRow> {
  const draft = await lockInvoice(ctx, input.invoiceId)
  requireMove(draft, 'finalize')
  if (draft.holdCode !== null)
    throw refusedMove(draft, 'finalize', ` and held back (${draft.holdReason ?? draft.holdCode})`)
  requireExpected(input.expectedHash, draft.contentHash, 'the draft')
  await finalizeDrafts(ctx, await loadOrganization(ctx), {
    periodName: draft.period,
    invoiceIds: [draft.id],
    evenInGrace: true,
  })
  return lockInvoice(ctx, draft.id)
}
