import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { actorName } from '#src/kernel/ids.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { formatMinor } from '#src/kernel/money.ts'
import { accountBalances } from '#src/ledger/balances.ts'
import { postTransaction } from '#src/ledger/post-transactions.ts'
import { recordAudit } from '#src/tenancy/audit.ts'

interface Payout {
  /** "stripe" */
  readonly provider: string
  readonly currency: string
  /** What arrived on the bank account. */
  readonly amountMinor: bigint
  /** What the provider kept for its service. */
  readonly feeMinor: bigint
  /** The provider's id of the payout: the same one is booked once. */
  readonly reference: string
}

/**
 * Books a provider's payout: its clearing account gives what arrived on the bank account and what was kept as a fee.
 * @returns false when it was booked before; then nothing changed.
 * @throws invalid_input naming the field; refused for more than the provider has; conflict for another sum under this
 *   reference.
 */
export async function recordPayout(ctx: Ctx, payout: Payout): Promise<boolean> {
  const currency = parseCurrency(payout.currency)
  if (payout.amountMinor <= 0n) throw invalidField('amountMinor', 'must be above zero')
  if (payout.feeMinor < 0n) throw invalidField('feeMinor', 'must not be below zero')
  const clearing = `clearing:${payout.provider}`
  const wholeMinor = payout.amountMinor + payout.feeMinor
  const key = `payout:${payout.provider}:${payout.reference}`
  await ctx.db.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`${clearing}:${ctx.orgId}`}, 0))`,
  )
  const booked = await bookedPayout(ctx, key, clearing)
  if (booked === wholeMinor) return false
  if (booked !== null)
    throw new AppError('conflict', `payout ${payout.reference} is booked with another sum`)
  const [held] = await accountBalances(ctx, { account: clearing, currency })
  const most = held?.balanceMinor ?? 0n
  if (wholeMinor > most) {
    const message = `${payout.provider} holds ${formatMinor(most, currency)} ${currency}, no more can be paid out`
    throw new AppError('refused', message, { fields: [{ path: 'amountMinor', message }] })
  }
  await postTransaction(ctx, {
    key,
    kind: 'payout',
    reason: `payout ${payout.reference} of ${payout.provider}`,
    approval: actorName(ctx.actor),
    entries: [
      { account: 'cash:bank', currency, amountMinor: payout.amountMinor },
      { account: `fees:${payout.provider}`, currency, amountMinor: payout.feeMinor },
      { account: clearing, currency, amountMinor: -wholeMinor },
    ],
  })
  await recordAudit(ctx, {
    action: 'payout.recorded',
    subject: { type: 'organization', id: ctx.orgId },
    reason: `payout ${payout.reference}`,
    data: {
      provider: payout.provider,
      currency,
      amount: formatMinor(payout.amountMinor, currency),
      fee: formatMinor(payout.feeMinor, currency),
    },
  })
  return true
}

async function bookedPayout(ctx: Ctx, key: string, clearing: string): Promise<bigint | null> {
  const [row] = await rowsOf<{ minor: string }>(
    ctx.db,
    sql`select (-e.amount_minor)::text as minor from ledger_transactions t
      join ledger_entries e on e.org_id = t.org_id and e.transaction_id = t.id and e.account = ${clearing}
      where t.org_id = ${ctx.orgId} and t.key = ${key}`,
  )
  return row ? BigInt(row.minor) : null
}
