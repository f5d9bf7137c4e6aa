import { AppError, invalidField } from '#src/kernel/errors.ts'

/** The money side of an invoice. */
export interface Balance {
  readonly totalMinor: bigint
  readonly paidMinor: bigint
  readonly creditedMinor: bigint
}

/** What is still owed; never below zero. */
export function openMinor({ totalMinor, paidMinor, creditedMinor }: Balance): bigint {
  const open = totalMinor - creditedMinor - paidMinor
  return open > 0n ? open : 0n
}

/** What was paid above what is due after credit notes; we owe it to the customer. */
export function excessMinor({ totalMinor, paidMinor, creditedMinor }: Balance): bigint {
  const excess = paidMinor - (totalMinor - creditedMinor)
  return excess > 0n ? excess : 0n
}

/** Incoming money: what settles the invoice, and what is left over as the customer's credit. */
export function splitPayment(
  balance: Balance,
  amountMinor: bigint,
): { readonly settlesMinor: bigint; readonly creditMinor: bigint } {
  requirePositive(amountMinor)
  const settlesMinor = least(amountMinor, openMinor(balance))
  return { settlesMinor, creditMinor: amountMinor - settlesMinor }
}

/**
 * Money going back. It takes first what was never needed (the overpaid part of this payment), then what credit notes
 * have freed, and only then opens the invoice again.
 */
export function splitReversal(
  balance: Balance,
  amountMinor: bigint,
  overpaidMinor: bigint,
): {
  readonly fromOverpaidMinor: bigint
  readonly fromCreditedMinor: bigint
  readonly reopensMinor: bigint
} {
  requirePositive(amountMinor)
  const fromOverpaidMinor = least(amountMinor, overpaidMinor)
  const fromCreditedMinor = least(amountMinor - fromOverpaidMinor, excessMinor(balance))
  const reopensMinor = amountMinor - fromOverpaidMinor - fromCreditedMinor
  if (reopensMinor > balance.paidMinor - fromCreditedMinor)
    throw new AppError('conflict', 'more would go back than was paid on this invoice')
  return { fromOverpaidMinor, fromCreditedMinor, reopensMinor }
}

/** A credit note's total: what lowers the open amount, and what was paid already and becomes credit. */
export function splitCredit(
  balance: Balance,
  totalMinor: bigint,
): { readonly settlesMinor: bigint; readonly creditMinor: bigint } {
  const settlesMinor = least(totalMinor, openMinor(balance))
  return { settlesMinor, creditMinor: totalMinor - settlesMinor }
}

function requirePositive(amountMinor: bigint): void {
  if (amountMinor <= 0n) throw invalidField('amountMinor', 'must be above zero')
}

export function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
