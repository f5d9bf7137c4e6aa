import { exactOfMinor, negateExact } from '#src/kernel/exact.ts'
import type { Period } from '#src/kernel/time.ts'
import type { CreditDraw, CreditGrant, CreditKind } from './credits.ts'
import { singleLine, type RatedLine } from './lines.ts'

const WORDS: Readonly<Record<CreditKind, string>> = {
  paid: 'Prepaid credit',
  promotional: 'Promotional credit',
}

/** A negative line for each grant that was drawn, in drawing order. */
export function creditLines(
  draws: readonly CreditDraw[],
  grants: readonly Pick<CreditGrant, 'id' | 'name'>[],
  period: Period,
  digits: number,
): RatedLine[] {
  return draws.map(({ grantId, kind, amountMinor }) => {
    const name = grants.find(({ id }) => id === grantId)?.name ?? null
    return singleLine(
      {
        kind: 'credit',
        description: name === null ? WORDS[kind] : `${WORDS[kind]}: ${name}`,
        amountMinor: -amountMinor,
        exact: negateExact(exactOfMinor(amountMinor, digits)),
        period,
      },
      digits,
    )
  })
}
