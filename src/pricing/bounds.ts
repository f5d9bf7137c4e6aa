import type { Decimal } from '#src/kernel/decimal.ts'
import { addExact, exactOf, EXACT_ZERO, roundToMinor, subtractExact } from '#src/kernel/exact.ts'
import type { Exact } from '#src/kernel/exact.ts'
import { sumMinor } from '#src/kernel/money.ts'
import type { Period } from '#src/kernel/time.ts'
import { describePlain } from './describe.ts'
import { singleLine, type RatedLine } from './lines.ts'
import { phrase, plainWording } from './phrases.ts'
import { shareOfPrice, type Rounding, type Share } from './proration.ts'

/** Where a bound applies: how it is named to the customer, its segment and that segment's share of the period. */
export interface BoundScope {
  readonly subject: string
  readonly metric?: string
  readonly period: Period
  readonly share: Share
  readonly rounding: Rounding
}

/** The line that lifts the others to what is owed at least; a part of a period owes its part. */
export function liftTo(
  kind: 'minimum' | 'commitment',
  floor: Decimal,
  lines: readonly RatedLine[],
  scope: BoundScope,
): RatedLine[] {
  return boundLine(kind, shareOfPrice(floor, scope.share), lines, scope, (gap) => gap > 0n)
}

/** The discount line that takes off what lies above the cap; a cap stays whole in a part of a period. */
export function capAt(cap: Decimal, lines: readonly RatedLine[], scope: BoundScope): RatedLine[] {
  return boundLine('maximum_discount', exactOf(cap), lines, scope, (gap) => gap < 0n)
}

type BoundKind = 'minimum' | 'commitment' | 'maximum_discount'

const SAID = {
  minimum: 'minimum',
  commitment: 'commitment',
  maximum_discount: 'maximum',
} as const satisfies Record<BoundKind, string>

/** The gap is taken between rounded amounts, so that the invoice comes to the bound exactly. */
function boundLine(
  kind: BoundKind,
  bound: Exact,
  lines: readonly RatedLine[],
  scope: BoundScope,
  applies: (gapMinor: bigint) => boolean,
): RatedLine[] {
  const { subject, metric, period, rounding } = scope
  const boundMinor = roundToMinor(bound, rounding.digits, rounding.rule)
  const amountMinor = boundMinor - sumMinor(lines.map((line) => line.amountMinor))
  if (!applies(amountMinor)) return []
  const gap = subtractExact(bound, exactSum(lines))
  // Where only the rounding of lines crossed the bound there is nothing to correct before rounding.
  const exact = applies(gap.numerator) ? gap : EXACT_ZERO
  const wording = plainWording(subject, [phrase(SAID[kind])])
  const described = { description: describePlain(wording), wording }
  const line = { kind, ...described, amountMinor, exact, period, ...(metric ? { metric } : {}) }
  return [singleLine(line, rounding.digits)]
}

/** Σ of the lines' amounts before rounding. */
export function exactSum(lines: readonly RatedLine[]): Exact {
  return lines.reduce((sum, line) => addExact(sum, line.exact), EXACT_ZERO)
}
