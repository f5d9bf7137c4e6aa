import type { invoices } from '#db/schema/invoicing.ts'
import { AppError } from '#src/kernel/errors.ts'

type Status = (typeof invoices.$inferSelect)['status']

/** What can be done to an invoice, and how an error says that it cannot. */
const REFUSALS = {
  delete: 'only a draft can be deleted',
  finalize: 'only a draft can be finalized',
  pay: 'nothing is owed yet',
  reverse: 'nothing was paid on it',
  credit: 'there is nothing to credit',
  void: 'only an untouched finalized invoice can be voided',
  write_off: 'nothing is open',
  correct: 'only what was finalized can be corrected',
} as const

export type InvoiceMove = keyof typeof REFUSALS

/**
 * The state machine of an invoice: what may be done in which state (REQUIREMENTS I2). Money for a void invoice is the
 * customer's credit, and may go back; the database refuses every change of state that is none of these.
 */
export const MOVES: Readonly<Record<Status, readonly InvoiceMove[]>> = {
  draft: ['delete', 'finalize'],
  finalized: ['pay', 'reverse', 'credit', 'void', 'write_off', 'correct'],
  paid: ['pay', 'reverse', 'credit', 'correct'],
  uncollectible: ['pay', 'reverse', 'credit', 'correct'],
  void: ['pay', 'reverse', 'correct'],
}

interface MovedInvoice {
  readonly id: string
  readonly number: string | null
  readonly status: Status
}

/** @throws conflict naming the state in which this cannot be done. */
export function requireMove(invoice: MovedInvoice, move: InvoiceMove): void {
  if (!MOVES[invoice.status].includes(move)) throw refusedMove(invoice, move)
}

export function refusedMove(invoice: MovedInvoice, move: InvoiceMove, because = ''): AppError {
  const name = invoice.number ?? invoice.id
  return new AppError(
    'conflict',
    `invoice ${name} is ${invoice.status}${because}: ${REFUSALS[move]}`,
  )
}
