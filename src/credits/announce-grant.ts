import type { Ctx } from '#db/context.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { formatMinor } from '#src/kernel/money.ts'
import { notify } from '#src/notifications/notify.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import type { GrantRow } from './grant-rows.ts'

/** Audit row and notification of a new grant. */
export async function announceGrant(ctx: Ctx, grant: GrantRow, reason: string): Promise<void> {
  await recordAudit(ctx, {
    action: 'credit.granted',
    subject: { type: 'credit_grant', id: grant.id },
    reason,
    data: {
      customerId: grant.customerId,
      kind: grant.kind,
      amount: formatMinor(grant.amountMinor, parseCurrency(grant.currency)),
      currency: grant.currency,
      expiresAt: grant.expiresAt?.toString() ?? null,
    },
  })
  await notify(ctx, {
    type: 'credit.granted',
    key: `credit.granted:${grant.id}`,
    data: {
      grantId: grant.id,
      customerId: grant.customerId,
      kind: grant.kind,
      currency: grant.currency,
      amountMinor: grant.amountMinor.toString(),
    },
  })
}
