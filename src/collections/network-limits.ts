import { isBefore, type Instant } from '#src/kernel/time.ts'
import { forbidsAnyRetry, type DeclineClass } from './decline-classes.ts'

/** A charge on this card in the past that did not succeed, or whose end is not known. */
export interface PastAttempt {
  readonly at: Instant
  readonly currency: string
  readonly amountMinor: bigint
  readonly networkCode: string | null
}

/** What is known when a card is about to be charged. */
export interface ChargeFacts {
  readonly now: Instant
  readonly brand: string
  readonly currency: string
  readonly amountMinor: bigint
  readonly cause: string
  /** On this card, for whatever invoice. */
  readonly attempts: readonly PastAttempt[]
  /** Charges of this invoice for the dunning step that `cause` names. */
  readonly attemptsInStep: number
  /** How this invoice's latest charge on this very card was declined; null when it was not. */
  readonly lastClass: DeclineClass | null
  readonly hold: string | null
}

export type ChargeVerdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly reason: string }

interface Limit {
  readonly name: string
  readonly brand: string | null
  readonly most: number
  readonly hours: number
  readonly sameAmount: boolean
}

const MONTH_HOURS = 30 * 24
const PER_STEP = 4

/** DUNNING_POLICY §2: rolling windows. The product's own cap is the tighter one wherever both apply. */
const LIMITS: readonly Limit[] = [
  {
    name: 'Mastercard: 10 in 24 hours',
    brand: 'mastercard',
    most: 10,
    hours: 24,
    sameAmount: false,
  },
  { name: 'our cap: 15 in 30 days', brand: null, most: 15, hours: MONTH_HOURS, sameAmount: false },
  { name: 'Visa: 20 in 30 days', brand: 'visa', most: 20, hours: MONTH_HOURS, sameAmount: true },
  {
    name: 'Mastercard: 35 in 30 days',
    brand: 'mastercard',
    most: 35,
    hours: MONTH_HOURS,
    sameAmount: false,
  },
]

/** Whether a card may be charged now (DUNNING_POLICY §1, §2). Asked at the moment of charging, whoever wants it. */
export function judgeCharge(facts: ChargeFacts): ChargeVerdict {
  const reason =
    facts.hold ??
    classRefusal(facts) ??
    (facts.attempts.some(({ networkCode }) => forbidsAnyRetry(networkCode))
      ? 'the network forbids any further charge on this card'
      : null) ??
    (facts.attemptsInStep >= PER_STEP
      ? `already ${PER_STEP} charges in this dunning step`
      : null) ??
    limitRefusal(facts)
  return reason === null ? { allowed: true } : { allowed: false, reason }
}

/** A card that the customer entered again may carry the same number: only "never on this card" outlives that. */
function classRefusal({ lastClass, cause }: ChargeFacts): string | null {
  switch (lastClass) {
    case null:
    case 'soft':
    case 'transient':
    case 'delayed':
    case 'indeterminate':
      return null
    case 'customer_action':
    case 'sca':
      return cause.startsWith('card_updated:')
        ? null
        : `${lastClass}: the customer has to act first`
    case 'customer_action_hard':
    case 'other_method':
    case 'fraud':
    case 'mandate_withdrawn':
    case 'no_dunning':
      return `${lastClass}: never on this card`
  }
}

function limitRefusal(facts: ChargeFacts): string | null {
  const brand = facts.brand.toLowerCase()
  const reached = LIMITS.find((limit) => {
    if (limit.brand !== null && limit.brand !== brand) return false
    const since = facts.now.subtract({ hours: limit.hours })
    const counted = facts.attempts.filter(
      (attempt) =>
        isBefore(since, attempt.at) &&
        (!limit.sameAmount ||
          (attempt.currency === facts.currency && attempt.amountMinor === facts.amountMinor)),
    )
    return counted.length >= limit.most
  })
  return reached ? `limit reached: ${reached.name}` : null
}
