import type { Ctx } from '#db/context.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { AppError } from '#src/kernel/errors.ts'
import { formatMinor, splitMinor, sumMinor } from '#src/kernel/money.ts'
import { CREDIT_PURCHASE, ORDERED, PREPAID, sourceAccount } from './accounts.ts'
import { freeMinor, lockGrantsOfInvoice } from './lock-grants.ts'
import { insertMovements } from './movements.ts'
import { orderedMinor } from './ordered.ts'
import { drawsOfInvoice, returnDraws, type InvoiceDraw } from './return-draws.ts'

/** What a credit note takes back of an invoice's lines that move prepaid credit. */
export interface CreditTakenBack {
  /** In the books: > 0 is a debit. */
  readonly entries: readonly { readonly account: string; readonly amountMinor: bigint }[]
  readonly returns: readonly InvoiceDraw[]
  readonly withdrawals: readonly {
    readonly grantId: string
    readonly customerId: string
    readonly amountMinor: bigint
  }[]
}

const NOTHING: CreditTakenBack = { entries: [], returns: [], withdrawals: [] }

/** Lines that `planTakeBack` books; all others are revenue. */
export function movesCredit(kind: string): boolean {
  return kind === 'credit' || kind === CREDIT_PURCHASE
}

/**
 * Decides what a credit note does to prepaid credit: drawn credit goes back to its grants in the proportion in which
 * the note takes back the invoice, and credit that was sold is withdrawn as far as it is unused.
 * @throws refused when more of the sold credit would be taken back than is unused.
 */
export async function planTakeBack(
  ctx: Ctx,
  invoice: { readonly id: string; readonly currency: string },
  parts: readonly { readonly kind: string; readonly amountMinor: bigint }[],
): Promise<CreditTakenBack> {
  const sumOf = (wanted: string) =>
    sumMinor(parts.filter(({ kind }) => kind === wanted).map(({ amountMinor }) => amountMinor))
  const [drawn, sold] = [-sumOf('credit'), sumOf(CREDIT_PURCHASE)]
  const returned = drawn > 0n ? await planReturn(ctx, invoice.id, drawn) : NOTHING
  const withdrawn = sold > 0n ? await planWithdrawal(ctx, invoice, sold) : NOTHING
  return {
    entries: [...returned.entries, ...withdrawn.entries],
    returns: returned.returns,
    withdrawals: withdrawn.withdrawals,
  }
}

/** Moves the credit as decided, under the key of the credit note. */
export async function commitTakeBack(
  ctx: Ctx,
  plan: CreditTakenBack,
  by: { readonly invoiceId: string; readonly key: string; readonly reason: string },
): Promise<void> {
  await returnDraws(ctx, { ...by, draws: plan.returns })
  await insertMovements(
    ctx,
    plan.withdrawals.map(({ grantId, customerId, amountMinor }) => ({
      grantId,
      customerId,
      kind: 'void',
      amountMinor: -amountMinor,
      invoiceId: by.invoiceId,
      key: `void:${by.key}:${grantId}`,
      reason: by.reason,
    })),
  )
}

async function planReturn(ctx: Ctx, invoiceId: string, drawn: bigint): Promise<CreditTakenBack> {
  const draws = await drawsOfInvoice(ctx, invoiceId)
  const parts = splitMinor(
    drawn,
    draws.map(({ amountMinor }) => amountMinor),
  )
  const returns = draws.map((draw, index) => ({ ...draw, amountMinor: parts[index] ?? 0n }))
  return {
    entries: returns.map(({ kind, amountMinor }) => ({
      account: sourceAccount(kind),
      amountMinor: -amountMinor,
    })),
    returns,
    withdrawals: [],
  }
}

async function planWithdrawal(
  ctx: Ctx,
  invoice: { readonly id: string; readonly currency: string },
  sold: bigint,
): Promise<CreditTakenBack> {
  const grants = await lockGrantsOfInvoice(ctx, invoice.id)
  const ordered = await orderedMinor(ctx, invoice.id)
  const fromOrdered = ordered < sold ? ordered : sold
  let left = sold - fromOrdered
  const withdrawals = grants.flatMap((grant) => {
    const free = freeMinor(grant)
    const amountMinor = free < left ? free : left
    left -= amountMinor
    return amountMinor === 0n
      ? []
      : [{ grantId: grant.id, customerId: grant.customerId, amountMinor }]
  })
  if (left > 0n) {
    const most = formatMinor(sold - left, parseCurrency(invoice.currency))
    throw new AppError(
      'refused',
      `at most ${most} ${invoice.currency} of the credit that was bought is unused`,
    )
  }
  return {
    entries: [
      { account: ORDERED, amountMinor: fromOrdered },
      { account: PREPAID, amountMinor: sold - fromOrdered },
    ],
    returns: [],
    withdrawals,
  }
}
