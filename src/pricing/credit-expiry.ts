import { decimalOf, type Decimal } from '#src/kernel/decimal.ts'
import { exactRatio, roundExact } from '#src/kernel/exact.ts'
import type { Instant } from '#src/kernel/time.ts'

/** What of a grant's unused credit moves on when it expires. */
export interface Rollover {
  /** Per cent of what is unused, above 0 to 100. */
  readonly percentage: Decimal
  /** At most this much; null: no limit. */
  readonly capMinor: bigint | null
  /** How long the next grant runs, in days of 24 hours; null: as long as this one did. */
  readonly validDays: number | null
}

interface ExpiringGrant {
  readonly effectiveAt: Instant
  readonly expiresAt: Instant
  readonly rollover: Rollover | null
  readonly unusedMinor: bigint
}

export interface ExpiredCredit {
  /** Moves on to the next grant; rounded down. */
  readonly rolledMinor: bigint
  /** Lost. With `rolledMinor` it is all that was unused. */
  readonly expiredMinor: bigint
  /** The next grant's time: it begins where this one ends and does not roll again. Null when nothing moves on. */
  readonly next: { readonly effectiveAt: Instant; readonly expiresAt: Instant } | null
}

/** What becomes of the unused rest of a grant at its end. */
export function expireCredit(grant: ExpiringGrant): ExpiredCredit {
  const { rollover, unusedMinor, effectiveAt, expiresAt } = grant
  if (rollover === null || unusedMinor <= 0n) return lost(unusedMinor)
  const share = roundExact(exactRatio(unusedMinor * rollover.percentage, decimalOf(100)), 'floor')
  const { capMinor } = rollover
  const rolledMinor = capMinor !== null && share > capMinor ? capMinor : share
  if (rolledMinor === 0n) return lost(unusedMinor)
  const length =
    rollover.validDays === null ? effectiveAt.until(expiresAt) : { hours: rollover.validDays * 24 }
  return {
    rolledMinor,
    expiredMinor: unusedMinor - rolledMinor,
    next: { effectiveAt: expiresAt, expiresAt: expiresAt.add(length) },
  }
}

function lost(unusedMinor: bigint): ExpiredCredit {
  return { rolledMinor: 0n, expiredMinor: unusedMinor > 0n ? unusedMinor : 0n, next: null }
}
