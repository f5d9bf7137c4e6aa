import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { creditPurchases, type PurchaseTerms } from '#db/schema/credits.ts'
import { loadCustomer, type Customer } from '#src/customers/load-customer.ts'
import { issueOrder } from '#src/invoicing/issue-order.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { formatMinor } from '#src/kernel/money.ts'
import { parseInput } from '#src/kernel/parse.ts'
import { isBefore } from '#src/kernel/time.ts'
import { creditWording } from '#src/pricing/credit-lines.ts'
import { cardToCharge } from '#src/payments/payment-rows.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { CREDIT_PURCHASE } from './accounts.ts'
import { requireUsable, storedRollover } from './requested-terms.ts'
import { NewCreditPurchase } from './shapes.ts'

export type PurchaseRow = typeof creditPurchases.$inferSelect

/**
 * Sells a customer credit: invoiced with tax at once, charged to the card on file or paid by transfer, granted when
 * the invoice is paid. The same key again returns the purchase as it stands.
 * @throws not_found; invalid_input naming the field; refused without a card to charge or for a churned account;
 *   conflict when the key was used for another purchase.
 */
export async function buyCredits(
  ctx: Ctx,
  input: z.input<typeof NewCreditPurchase>,
): Promise<PurchaseRow> {
  const wanted = parseInput(NewCreditPurchase, input)
  const earlier = await purchaseOfKey(ctx, wanted.key)
  if (earlier) return samePurchase(earlier, wanted)
  const customer = await loadCustomer(ctx, wanted.customerId)
  await requireUsable(ctx, customer, wanted)
  if (wanted.validDays !== undefined && wanted.expiresAt !== undefined)
    throw invalidField('validDays', 'give either validDays or expiresAt')
  if (wanted.expiresAt !== undefined && !isBefore(ctx.now, wanted.expiresAt))
    throw invalidField('expiresAt', 'must not be in the past')
  const terms = termsOf(wanted)
  if (terms.rollover !== null && terms.validDays === null && terms.expiresAt === null)
    throw invalidField('rollover', 'needs validDays or expiresAt: what never ends never moves on')
  await requireCollectable(ctx, customer)
  return placeOrder(ctx, customer, {
    amountMinor: BigInt(wanted.amountMinor),
    terms,
    source: 'order',
    key: wanted.key,
  })
}

/** What a bought grant will be like, as it is stored with the order. */
export function termsOf(
  wanted: Pick<
    z.output<typeof NewCreditPurchase>,
    'name' | 'priority' | 'appliesTo' | 'rollover' | 'validDays' | 'expiresAt'
  >,
): PurchaseTerms {
  return {
    name: wanted.name ?? null,
    priority: wanted.priority,
    appliesTo: wanted.appliesTo ?? null,
    rollover: storedRollover(wanted.rollover),
    validDays: wanted.validDays ?? null,
    expiresAt: wanted.expiresAt?.toString() ?? null,
  }
}

/** @throws refused where the money could not be collected now. */
export async function requireCollectable(ctx: Ctx, customer: Customer): Promise<void> {
  if (customer.status === 'churned')
    throw new AppError('refused', `account ${customer.id} has ended: it buys nothing`)
  if (customer.collection !== 'card') return
  const { card, providerCustomerId } = await cardToCharge(ctx, customer.id)
  if (!card || providerCustomerId === null)
    throw new AppError('refused', `customer ${customer.id} has no card on file`)
}

/** Writes the order down and invoices it; whoever came first with the key has ordered. */
export async function placeOrder(
  ctx: Ctx,
  customer: Customer,
  order: Pick<PurchaseRow, 'amountMinor' | 'terms' | 'source' | 'key'>,
): Promise<PurchaseRow> {
  const [purchase] = await ctx.db
    .insert(creditPurchases)
    .values({
      ...order,
      orgId: ctx.orgId,
      id: ctx.newId('crp'),
      customerId: customer.id,
      invoiceId: ctx.newId('inv'),
      currency: customer.currency,
      status: 'open',
      createdAt: ctx.now,
    })
    .onConflictDoNothing({ target: [creditPurchases.orgId, creditPurchases.key] })
    .returning()
  if (!purchase) return requirePurchase(ctx, order.key)
  await recordAudit(ctx, {
    action: 'credit.ordered',
    subject: { type: 'credit_purchase', id: purchase.id },
    reason: order.source === 'top_up' ? 'automatic top-up' : 'credit was ordered',
    data: {
      customerId: customer.id,
      invoiceId: purchase.invoiceId,
      amount: formatMinor(purchase.amountMinor, parseCurrency(purchase.currency)),
      currency: purchase.currency,
    },
  })
  await issueOrder(ctx, {
    id: purchase.invoiceId,
    customer,
    line: {
      kind: CREDIT_PURCHASE,
      wording: creditWording('paid', purchase.terms.name),
      netMinor: purchase.amountMinor,
    },
  })
  return purchase
}

async function purchaseOfKey(ctx: Ctx, key: string): Promise<PurchaseRow | undefined> {
  const [row] = await ctx.db
    .select()
    .from(creditPurchases)
    .where(and(eq(creditPurchases.orgId, ctx.orgId), eq(creditPurchases.key, key)))
  return row
}

async function requirePurchase(ctx: Ctx, key: string): Promise<PurchaseRow> {
  const row = await purchaseOfKey(ctx, key)
  if (!row) throw new AppError('internal', `the purchase of key ${key} is gone`)
  return row
}

function samePurchase(row: PurchaseRow, wanted: z.output<typeof NewCreditPurchase>): PurchaseRow {
  if (row.customerId !== wanted.customerId || row.amountMinor !== BigInt(wanted.amountMinor))
    throw new AppError('conflict', `key: ${wanted.key} was used for another purchase`)
  return row
}
