import { parseDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { sumMinor } from '#src/kernel/money.ts'
import type { Terms } from './terms.ts'

/** A business rule of EN 16931-1 by its identifier; CEN's validation artefacts are the source of each. */
export type Rule = readonly [id: string, holds: (terms: Terms) => boolean]

export function some(text: string | null | undefined): boolean {
  return text !== null && text !== undefined && text.trim() !== ''
}

/** The exact value of a number in the file; 0 where none stands. */
export function value(text: string | null): Decimal {
  return parseDecimal(text ?? '0')
}

export function total(texts: readonly (string | null)[]): bigint {
  return sumMinor(texts.map(value))
}
