import { formatDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { addExact, type Exact } from '#src/kernel/exact.ts'
import type { Phrase } from '../phrases.ts'

/** A priced piece of a charge. Each becomes one invoice line, rounded once. */
export interface PricedPart {
  /** Order among the charge's lines: the tier's or cell's index, below zero for what is free. */
  readonly position: number
  readonly quantity: Decimal
  /** Whole currency units per unit; null where the amount is not quantity × one price. */
  readonly unitPrice: Decimal | null
  /** For the customer, after the quantity: "USD 0.001", "free tier". */
  readonly price: Phrase
  /** For the customer, in brackets: "over 100,000". */
  readonly notes: readonly Phrase[]
  readonly amount: Exact
}

/** Position of what the charge gives away. */
export const FREE_POSITION = -1

/** Parts of several buckets at one position become one: quantities and exact amounts add up, in order of position. */
export function mergeParts(parts: readonly PricedPart[]): PricedPart[] {
  const merged = new Map<number, PricedPart>()
  for (const part of parts) {
    const held = merged.get(part.position)
    merged.set(part.position, held ? joined(held, part) : part)
  }
  return [...merged.values()].sort((a, b) => a.position - b.position)
}

function joined(a: PricedPart, b: PricedPart): PricedPart {
  return {
    ...a,
    quantity: (a.quantity + b.quantity) as Decimal,
    amount: addExact(a.amount, b.amount),
  }
}

/** "1,234,567.5": exact, with thousands separators. */
export function groupDigits(value: Decimal): string {
  const [whole = '', fraction] = formatDecimal(value).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}
