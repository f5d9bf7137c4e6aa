import type { Rule } from './rule.ts'
import { CONDITIONS, DIGITS, PRICES } from './rules-amounts.ts'
import { CATEGORIES } from './rules-categories.ts'
import { CODES, MANDATORY } from './rules-content.ts'
import type { Terms } from './terms.ts'

/** The business rules of EN 16931-1 that apply to what we write; rules about groups we never write are left out. */
export const RULES: readonly Rule[] = [
  ...MANDATORY,
  ...CODES,
  ...DIGITS,
  ...CONDITIONS,
  ...CATEGORIES,
  ...PRICES,
]

/** The identifiers of the rules that a document breaks. */
export function brokenRules(terms: Terms): string[] {
  return RULES.filter(([, holds]) => !holds(terms)).map(([id]) => id)
}
