import { sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { actorName } from '#src/kernel/ids.ts'
import { movingEntries, requireSound } from './rules.ts'
import type { Posting } from './shapes.ts'

/**
 * Posts one movement into the books.
 * @returns true when it was posted now, false when its key had been posted before.
 * @throws internal when it is not sound (`requireSound`).
 */
export async function postTransaction(ctx: Ctx, posting: Posting): Promise<boolean> {
  return (await postTransactions(ctx, [posting])).has(posting.key)
}

/**
 * Posts many movements with two statements. A posting whose entries are all zero moves nothing and is not written.
 * @returns the keys that were posted now; a key posted before is left as it is.
 * @throws internal when one is not sound (`requireSound`); then nothing is written.
 */
export async function postTransactions(
  ctx: Ctx,
  postings: readonly Posting[],
): Promise<ReadonlySet<string>> {
  for (const posting of postings) requireSound(posting)
  const moving = postings.filter((posting) => movingEntries(posting).length > 0)
  if (moving.length === 0) return new Set()
  const idByKey = await insertTransactions(ctx, moving)
  await insertEntries(ctx, moving, idByKey)
  return new Set(idByKey.keys())
}

async function insertTransactions(
  ctx: Ctx,
  postings: readonly Posting[],
): Promise<Map<string, string>> {
  const rows = postings.map((posting) => ({
    id: ctx.newId('led'),
    key: posting.key,
    kind: posting.kind,
    reason: posting.reason,
    approval: posting.approval ?? null,
    entry_count: movingEntries(posting).length,
  }))
  const written = await rowsOf<{ id: string; key: string }>(
    ctx.db,
    sql`insert into ledger_transactions (org_id, id, key, kind, at, actor, reason, approval, entry_count)
      select ${ctx.orgId}, id, key, kind, ${ctx.now.toString()}::timestamptz, ${actorName(ctx.actor)}, reason, approval, entry_count
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as r(id text, key text, kind text, reason text, approval text, entry_count int)
      on conflict (org_id, key) do nothing
      returning id, key`,
  )
  return new Map(written.map(({ id, key }) => [key, id]))
}

async function insertEntries(
  ctx: Ctx,
  postings: readonly Posting[],
  idByKey: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = postings.flatMap((posting) => {
    const id = idByKey.get(posting.key)
    if (id === undefined) return []
    return movingEntries(posting).map((entry, position) => ({
      transaction_id: id,
      position,
      account: entry.account,
      customer_id: entry.customerId ?? null,
      invoice_id: entry.invoiceId ?? null,
      currency: entry.currency,
      // As text: a JSON number loses digits above 2^53.
      amount_minor: entry.amountMinor.toString(),
    }))
  })
  if (rows.length === 0) return
  await ctx.db.execute(
    sql`insert into ledger_entries
        (org_id, transaction_id, position, account, customer_id, invoice_id, currency, amount_minor, at)
      select ${ctx.orgId}, transaction_id, position, account, customer_id, invoice_id, currency,
        amount_minor, ${ctx.now.toString()}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as r(transaction_id text, position int, account text, customer_id text, invoice_id text,
          currency text, amount_minor bigint)`,
  )
}
