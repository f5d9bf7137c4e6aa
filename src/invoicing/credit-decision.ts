import { parseCurrency } from '#src/kernel/currency.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { formatMinor, sumMinor } from '#src/kernel/money.ts'
import { lineShare, taxShare } from './credit-rules.ts'
import { requireMove } from './invoice-moves.ts'
import { openMinor, splitCredit, type Balance } from './settlement-rules.ts'

/** What is to be credited, net: a sum (or all that is left) over the whole invoice, or amounts of some lines. */
export type CreditWish =
  | { readonly netMinor: bigint | 'full' }
  | { readonly lines: readonly { readonly position: number; readonly netMinor: bigint | 'full' }[] }

/** A tax of the invoice, or what is taken back of it. */
interface InvoiceTax {
  readonly position: number
  readonly jurisdiction: string
  readonly baseMinor: bigint
  readonly amountMinor: bigint
}

interface CreditableLine {
  readonly position: number
  readonly kind: string
  readonly description: string
  /** The line less what earlier notes took back of it. */
  readonly leftMinor: bigint
}

/** As far as crediting looks at an invoice. */
export interface CreditFacts {
  readonly invoice: Balance & {
    readonly id: string
    readonly number: string | null
    readonly status: 'draft' | 'finalized' | 'paid' | 'void' | 'uncollectible'
    readonly currency: string
    readonly subtotalMinor: bigint
  }
  readonly lines: readonly CreditableLine[]
  readonly taxes: readonly InvoiceTax[]
  /** Net of the notes issued before. */
  readonly earlierMinor: bigint
}

/** A credit note as decided, before it has a number. */
export interface CreditDecision {
  readonly netMinor: bigint
  readonly taxMinor: bigint
  readonly totalMinor: bigint
  readonly lines: readonly (Omit<CreditableLine, 'leftMinor'> & { readonly netMinor: bigint })[]
  readonly taxes: readonly InvoiceTax[]
  /** Lowers what is open. */
  readonly settlesMinor: bigint
  /** Was paid already: the customer's credit. */
  readonly freedMinor: bigint
  /** Nothing is open any more. */
  readonly settled: boolean
}

/**
 * What a credit note takes back: the net by line, each tax in proportion, and where it goes. All notes together never
 * exceed the invoice, nor those of a line the line.
 * @throws conflict for a state that has nothing to credit; invalid_input for an amount of zero or below, a line that is not
 *   there or is a discount; refused when more would be credited than is left.
 */
export function decideCredit(facts: CreditFacts, wish: CreditWish): CreditDecision {
  const { invoice, earlierMinor } = facts
  requireMove(invoice, 'credit')
  const leftMinor = invoice.subtotalMinor - earlierMinor
  if (leftMinor <= 0n) throw new AppError('refused', 'the invoice is credited in full already')
  const shares =
    'lines' in wish
      ? sharesOfLines(facts, wish.lines)
      : sharesOfNet(facts, wish.netMinor, leftMinor)
  const lines = facts.lines.flatMap(({ leftMinor: _left, ...line }) => {
    const netMinor = shares.get(line.position) ?? 0n
    return netMinor === 0n ? [] : [{ ...line, netMinor }]
  })
  const netMinor = sumMinor(lines.map((line) => line.netMinor))
  if (netMinor > leftMinor) throw tooMuch(facts, 'lines', leftMinor)
  const taxes = taxShare(
    facts.taxes.map((tax) => ({ key: tax, amountMinor: tax.amountMinor })),
    { subtotalMinor: invoice.subtotalMinor, earlierMinor, netMinor },
  ).map(({ key, amountMinor }) => ({ ...key, baseMinor: netMinor, amountMinor }))
  const taxMinor = sumMinor(taxes.map(({ amountMinor }) => amountMinor))
  const totalMinor = netMinor + taxMinor
  const { settlesMinor, creditMinor } = splitCredit(invoice, totalMinor)
  const after = { ...invoice, creditedMinor: invoice.creditedMinor + totalMinor }
  return {
    netMinor,
    taxMinor,
    totalMinor,
    lines,
    taxes,
    settlesMinor,
    freedMinor: creditMinor,
    settled: openMinor(after) === 0n,
  }
}

function sharesOfNet(
  facts: CreditFacts,
  wanted: bigint | 'full',
  leftMinor: bigint,
): Map<number, bigint> {
  const netMinor = wanted === 'full' ? leftMinor : wanted
  if (netMinor <= 0n) throw invalidField('netMinor', 'must be above zero')
  if (netMinor > leftMinor) throw tooMuch(facts, 'netMinor', leftMinor)
  const left = facts.lines.map((line) => ({ key: line.position, amountMinor: line.leftMinor }))
  return new Map(lineShare(left, netMinor).map(({ key, amountMinor }) => [key, amountMinor]))
}

function sharesOfLines(
  facts: CreditFacts,
  wanted: Extract<CreditWish, { lines: unknown }>['lines'],
): Map<number, bigint> {
  const shares = new Map<number, bigint>()
  if (wanted.length === 0) throw invalidField('lines', 'must name a line')
  for (const [index, { position, netMinor }] of wanted.entries()) {
    const line = facts.lines.find((candidate) => candidate.position === position)
    const path = `lines.${index}`
    if (!line) throw invalidField(`${path}.position`, `the invoice has no line ${position}`)
    if (shares.has(position)) throw invalidField(`${path}.position`, 'is named twice')
    if (line.leftMinor <= 0n)
      throw new AppError('refused', `nothing is left to credit on line ${position}`, {
        fields: [{ path: `${path}.position`, message: 'nothing is left to credit' }],
      })
    const share = netMinor === 'full' ? line.leftMinor : netMinor
    if (share <= 0n) throw invalidField(`${path}.netMinor`, 'must be above zero')
    if (share > line.leftMinor) throw tooMuch(facts, `${path}.netMinor`, line.leftMinor)
    shares.set(position, share)
  }
  return shares
}

function tooMuch({ invoice }: CreditFacts, path: string, leftMinor: bigint): AppError {
  const most = `${formatMinor(leftMinor, parseCurrency(invoice.currency))} ${invoice.currency}`
  return new AppError('refused', `at most ${most} net can still be credited`, {
    fields: [{ path, message: `at most ${most} net can still be credited` }],
  })
}
