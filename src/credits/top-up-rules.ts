import { sumMinor } from '#src/kernel/money.ts'
import type { Instant } from '#src/kernel/time.ts'

export type PauseReason =
  | 'charge_failed'
  | 'no_card'
  | 'max_top_ups'
  | 'max_amount'
  | 'account_ended'

interface TopUpFacts {
  readonly setting: {
    readonly thresholdMinor: bigint
    readonly amountMinor: bigint
    readonly maxTopUps: number
    readonly maxAmountMinor: bigint
  }
  /** Credit that the running usage has not used up yet. */
  readonly leftMinor: bigint
  /** Top-ups of the limit's day or month so far, declined ones among them. */
  readonly recent: readonly { readonly amountMinor: bigint }[]
  /** One that is not paid yet. */
  readonly oneIsOpen: boolean
}

export type TopUpDecision =
  | { readonly kind: 'enough' | 'wait' | 'buy' }
  | { readonly kind: 'pause'; readonly reason: PauseReason }

/** Whether to top up now. One at a time, and never beyond the runaway limit: that stops it for a person to look at. */
export function decideTopUp({ setting, leftMinor, recent, oneIsOpen }: TopUpFacts): TopUpDecision {
  if (leftMinor >= setting.thresholdMinor) return { kind: 'enough' }
  if (oneIsOpen) return { kind: 'wait' }
  if (recent.length >= setting.maxTopUps) return { kind: 'pause', reason: 'max_top_ups' }
  const spent = sumMinor(recent.map(({ amountMinor }) => amountMinor))
  if (spent + setting.amountMinor > setting.maxAmountMinor)
    return { kind: 'pause', reason: 'max_amount' }
  return { kind: 'buy' }
}

/** Where the limit's running day or month begins, in the customer's zone. */
export function limitWindowStart(now: Instant, per: 'day' | 'month', timeZone: string): Instant {
  const today = now.toZonedDateTimeISO(timeZone).startOfDay()
  return (per === 'day' ? today : today.with({ day: 1 }).startOfDay()).toInstant()
}
