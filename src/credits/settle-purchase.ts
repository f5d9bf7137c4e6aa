import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { creditPurchases } from '#db/schema/credits.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { isBefore, parseInstant, type Instant } from '#src/kernel/time.ts'
import { postTransaction } from '#src/ledger/post-transactions.ts'
import { sumMinor } from '#src/kernel/money.ts'
import { ORDERED, PREPAID } from './accounts.ts'
import type { PurchaseRow } from './buy-credits.ts'
import { announceGrant } from './announce-grant.ts'
import { insertGrants } from './grant-rows.ts'
import { freeMinor, lockGrantsOfInvoice } from './lock-grants.ts'
import { insertMovements } from './movements.ts'
import { orderedMinor } from './ordered.ts'

const LATE_PAYMENT_VALID_DAYS = 30

/**
 * The invoice of an order is paid: what was ordered, less what credit notes took back, is granted. Called where an
 * invoice becomes paid, in that transaction; an invoice that sells no credit is left alone.
 */
export async function grantPurchased(
  ctx: Ctx,
  invoice: { readonly id: string; readonly number: string | null },
): Promise<void> {
  const purchase = await lockPurchase(ctx, invoice.id)
  if (!purchase) return
  const amountMinor = await orderedMinor(ctx, invoice.id)
  if (amountMinor === 0n) return moveTo(ctx, purchase, 'canceled')
  const reason = `bought with invoice ${invoice.number ?? invoice.id}`
  const { terms } = purchase
  const earlier = await lockGrantsOfInvoice(ctx, invoice.id)
  const [grant] = await insertGrants(ctx, [
    {
      customerId: purchase.customerId,
      currency: purchase.currency,
      kind: 'paid',
      name: terms.name,
      priority: terms.priority,
      amountMinor,
      effectiveAt: ctx.now,
      expiresAt: expiryOf(purchase, ctx.now),
      appliesTo: terms.appliesTo,
      rollover: terms.rollover,
      // A payment may go back and come again: each time it is granted anew.
      key: `purchase:${purchase.id}:${earlier.length}`,
      invoiceId: invoice.id,
      reason,
    },
  ])
  if (!grant) return
  await moveBetween(ctx, purchase, {
    key: `credit:${grant.id}:granted`,
    kind: 'credit_granted',
    reason: `prepaid credit ${reason}`,
    fromOrderedMinor: amountMinor,
  })
  await moveTo(ctx, purchase, 'granted')
  await announceGrant(ctx, grant, reason)
}

/**
 * The payment of an order went back: what is unused of its credit is withheld until it is paid again. What was used
 * is owed by the invoice, which is open again.
 */
export async function withholdPurchased(
  ctx: Ctx,
  invoice: { readonly id: string },
  by: { readonly key: string; readonly reason: string },
): Promise<void> {
  const purchase = await lockPurchase(ctx, invoice.id)
  if (!purchase) return
  const unused = (await lockGrantsOfInvoice(ctx, invoice.id)).filter((row) => freeMinor(row) > 0n)
  await insertMovements(
    ctx,
    unused.map((grant) => ({
      grantId: grant.id,
      customerId: grant.customerId,
      kind: 'void',
      amountMinor: -freeMinor(grant),
      invoiceId: invoice.id,
      key: `void:${by.key}:${grant.id}`,
      reason: by.reason,
    })),
  )
  await moveBetween(ctx, purchase, {
    key: `credit:${purchase.id}:withheld:${by.key}`,
    kind: 'credit_withheld',
    reason: by.reason,
    fromOrderedMinor: -sumMinor(unused.map(freeMinor)),
  })
  await moveTo(ctx, purchase, 'open')
}

/** The invoice of an order is void: nothing was sold. */
export async function cancelPurchase(ctx: Ctx, invoiceId: string): Promise<void> {
  const purchase = await lockPurchase(ctx, invoiceId)
  if (purchase?.status === 'open') await moveTo(ctx, purchase, 'canceled')
}

/** The order behind an invoice, locked until this transaction ends. */
export async function lockPurchase(ctx: Ctx, invoiceId: string): Promise<PurchaseRow | undefined> {
  const [row] = await ctx.db
    .select()
    .from(creditPurchases)
    .where(and(eq(creditPurchases.orgId, ctx.orgId), eq(creditPurchases.invoiceId, invoiceId)))
    .for('update')
  return row
}

export async function moveTo(
  ctx: Ctx,
  purchase: PurchaseRow,
  status: PurchaseRow['status'],
): Promise<void> {
  await ctx.db
    .update(creditPurchases)
    .set({ status, settledAt: status === 'open' ? null : ctx.now })
    .where(and(eq(creditPurchases.orgId, ctx.orgId), eq(creditPurchases.id, purchase.id)))
}

async function moveBetween(
  ctx: Ctx,
  purchase: PurchaseRow,
  move: { key: string; kind: string; reason: string; fromOrderedMinor: bigint },
): Promise<void> {
  const entry = {
    customerId: purchase.customerId,
    invoiceId: purchase.invoiceId,
    currency: parseCurrency(purchase.currency),
  }
  await postTransaction(ctx, {
    key: move.key,
    kind: move.kind,
    reason: move.reason,
    entries: [
      { ...entry, account: ORDERED, amountMinor: move.fromOrderedMinor },
      { ...entry, account: PREPAID, amountMinor: -move.fromOrderedMinor },
    ],
  })
}

function expiryOf({ terms }: PurchaseRow, now: Instant): Instant | null {
  if (terms.expiresAt === null)
    return terms.validDays === null ? null : now.add({ hours: terms.validDays * 24 })
  const end = parseInstant(terms.expiresAt, 'expiresAt')
  // Paid for after its end: it can still be used for a while.
  return isBefore(now, end) ? end : now.add({ hours: LATE_PAYMENT_VALID_DAYS * 24 })
}
