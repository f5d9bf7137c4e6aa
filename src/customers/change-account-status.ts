import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { customers } from '#db/schema/customers.ts'
import { AppError, unreachable } from '#src/kernel/errors.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadCustomer } from './load-customer.ts'
import { decideStatus, type AccountStatus } from './rules.ts'

/**
 * Moves an account along its lifecycle (C2), audited with `cause`; `changed` is false when it was there already.
 * @throws not_found; conflict when the lifecycle has no such way, or when somebody moved it at the same moment.
 */
export async function changeAccountStatus(
  ctx: Ctx,
  change: { customerId: string; to: AccountStatus; cause: string },
): Promise<{ from: AccountStatus; to: AccountStatus; changed: boolean }> {
  const { status } = await loadCustomer(ctx, change.customerId)
  const decision = decideStatus(status, change.to)
  switch (decision.kind) {
    case 'already_there':
      return { from: status, to: status, changed: false }
    case 'refused':
      throw new AppError('conflict', `an account that is ${status} cannot become ${change.to}`)
    case 'move':
      await commit(ctx, change, status)
      return { from: status, to: change.to, changed: true }
    default:
      return unreachable(decision)
  }
}

async function commit(
  ctx: Ctx,
  change: { customerId: string; to: AccountStatus; cause: string },
  from: AccountStatus,
): Promise<void> {
  const moved = await ctx.db
    .update(customers)
    .set({ status: change.to })
    .where(
      and(
        eq(customers.orgId, ctx.orgId),
        eq(customers.id, change.customerId),
        eq(customers.status, from),
      ),
    )
    .returning({ id: customers.id })
  if (moved.length === 0)
    throw new AppError('conflict', `the account is no longer ${from}: look again`)
  await recordAudit(ctx, {
    action: 'customer.status_changed',
    subject: { type: 'customer', id: change.customerId },
    reason: change.cause,
    data: { from, to: change.to, cause: change.cause },
  })
}
