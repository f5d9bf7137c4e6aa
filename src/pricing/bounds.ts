import type { Currency } from '#src/kernel/currency.ts'
import type { Decimal } from '#src/kernel/decimal.ts'
import {
  exactOf,
  EXACT_ZERO,
  multiplyExact,
  roundToMinor,
  subtractExact,
  sumExact,
} from '#src/kernel/exact.ts'
import type { Exact } from '#src/kernel/exact.ts'
import { sumMinor } from '#src/kernel/money.ts'
import type { Period } from '#src/kernel/time.ts'
import { describePlain } from './describe.ts'
import { singleLine, type RatedLine } from './lines.ts'
import { phrase, plainWording } from './phrases.ts'
import { ONE, shareOfPrice, type Rounding, type Share } from './proration.ts'
import type { Plan } from './shapes.ts'

/** Where a bound applies: how it is named to the customer, its segment and that segment's share of the period. */
export interface BoundScope {
  readonly subject: string
  readonly currency: Currency
  readonly metric?: string
  readonly period: Period
  readonly share: Share
  readonly rounding: Rounding
}

/** The line that lifts the others to what is owed at least: `floorMinor`, the segment's part of `floor`. */
export function liftTo(
  kind: 'minimum' | 'commitment',
  floor: Decimal,
  floorMinor: bigint,
  lines: readonly RatedLine[],
  scope: BoundScope,
): RatedLine[] {
  const bound = shareOfPrice(floor, scope.share)
  return boundLine(kind, bound, floorMinor, lines, scope, (gap) => gap > 0n)
}

/** The discount line that takes off what lies above the cap; a cap stays whole in a part of a period. */
export function capAt(cap: Decimal, lines: readonly RatedLine[], scope: BoundScope): RatedLine[] {
  const { digits, rule } = scope.rounding
  const capMinor = roundToMinor(exactOf(cap), digits, rule)
  return boundLine('maximum_discount', exactOf(cap), capMinor, lines, scope, (gap) => gap < 0n)
}

/**
 * Usage draws the commitment down at its prices; what it fell short of is due, what went beyond it costs
 * `overageFactor` times its price: the difference is a line of its own.
 */
export function commitmentLines(
  { amount, overageFactor }: NonNullable<Plan['commitment']>,
  amountMinor: bigint,
  used: { readonly lines: readonly RatedLine[]; readonly exact: Exact },
  scope: BoundScope,
): RatedLine[] {
  const short = liftTo('commitment', amount, amountMinor, used.lines, scope)
  if (short.length > 0 || overageFactor === ONE) return short
  const beyond = subtractExact(used.exact, shareOfPrice(amount, scope.share))
  if (beyond.numerator <= 0n) return []
  const exact = multiplyExact(beyond, exactOf((overageFactor - ONE) as Decimal))
  const { subject, period, rounding } = scope
  const wording = plainWording(subject, [
    phrase('beyondCommitment', { price: amount, number: overageFactor }),
  ])
  return [
    singleLine(
      {
        kind: 'overage',
        description: describePlain(wording, ': ', scope.currency),
        wording,
        amountMinor: roundToMinor(exact, rounding.digits, rounding.rule),
        exact,
        period,
      },
      rounding.digits,
    ),
  ]
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
  boundMinor: bigint,
  lines: readonly RatedLine[],
  scope: BoundScope,
  applies: (gapMinor: bigint) => boolean,
): RatedLine[] {
  const { subject, metric, period, rounding } = scope
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
  return sumExact(lines.map(({ exact }) => exact))
}
