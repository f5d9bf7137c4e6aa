import { currencyDigits, type Currency } from '#src/kernel/currency.ts'
import { exactOfMinor, negateExact } from '#src/kernel/exact.ts'
import type { Period } from '#src/kernel/time.ts'
import type { CreditDraw, CreditGrant, CreditKind } from './credits.ts'
import { describePlain } from './describe.ts'
import { singleLine, type RatedLine } from './lines.ts'
import { phrase, plainWording, type LineWording } from './phrases.ts'

/** A negative line for each grant that was drawn, in drawing order. */
export function creditLines(
  draws: readonly CreditDraw[],
  grants: readonly Pick<CreditGrant, 'id' | 'name'>[],
  period: Period,
  currency: Currency,
): RatedLine[] {
  const digits = currencyDigits(currency)
  return draws.map(({ grantId, kind, amountMinor }) => {
    const name = grants.find(({ id }) => id === grantId)?.name ?? null
    const wording = creditWording(kind, name)
    return singleLine(
      {
        kind: 'credit',
        description: describePlain(wording, ': ', currency),
        wording,
        amountMinor: -amountMinor,
        exact: negateExact(exactOfMinor(amountMinor, digits)),
        period,
      },
      digits,
    )
  })
}

/** What a line says that draws on a grant or sells it. */
export function creditWording(kind: CreditKind, name: string | null): LineWording {
  if (name === null)
    return plainWording(kind === 'paid' ? 'Prepaid credit' : 'Promotional credit', [])
  return plainWording(name, [phrase(kind === 'paid' ? 'prepaidCredit' : 'promotionalCredit')])
}
