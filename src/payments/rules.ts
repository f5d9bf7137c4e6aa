export type PaymentStatus =
  | 'created'
  | 'processing'
  | 'succeeded'
  | 'failed'
  | 'requires_action'
  | 'unknown'
  | 'canceled'

/**
 * How much is known about a payment. An outcome moves it upwards only, so webhooks may come late, twice and in any
 * order: a failure never unsets a success, a lost answer never unsets anything.
 */
const KNOWLEDGE: Readonly<Record<PaymentStatus, number>> = {
  created: 0,
  unknown: 1,
  processing: 2,
  requires_action: 3,
  canceled: 4,
  failed: 5,
  succeeded: 6,
}

/** The status an outcome leads to, or null when it changes nothing. */
export function statusAfter(
  current: PaymentStatus,
  outcome: Exclude<PaymentStatus, 'created'>,
): PaymentStatus | null {
  return KNOWLEDGE[outcome] > KNOWLEDGE[current] ? outcome : null
}

/** A payment in one of these may still collect money: no second charge beside it. */
const OPEN_STATUSES = ['created', 'processing', 'unknown', 'requires_action'] as const

function isOpen(status: PaymentStatus): boolean {
  return OPEN_STATUSES.some((open) => open === status)
}

/** The provider sees one key per (invoice, attempt), whatever process asks. */
export function chargeKey(orgId: string, invoiceId: string, attempt: number): string {
  return `${orgId}:${invoiceId}:${attempt}`
}

/** When a lost answer is looked up: minutes after the n-th look-up, then nothing more by itself. */
const LOOK_UP_AFTER_MINUTES = [1, 5, 15, 60, 240, 720, 1440, 1440] as const

/** Minutes to wait before look-up `number` (from 0); the last interval repeats. */
export function lookUpDelayMinutes(number: number): number {
  return LOOK_UP_AFTER_MINUTES[Math.min(number, LOOK_UP_AFTER_MINUTES.length - 1)] ?? 1440
}

export type UnknownDecision =
  /** Too early: the provider may still be writing it down. */
  | 'look_again'
  /** The provider has forgotten nothing yet: the same key cannot charge twice. */
  | 'send_again_with_same_key'
  /** The key is too old to protect us, and the provider has no such charge: it never happened. */
  | 'give_up'

/** What to do about a lost answer that the look-up did not find. Stripe keeps keys for 24 hours at least. */
export function decideUnknown(ageMinutes: number): UnknownDecision {
  if (ageMinutes < 10) return 'look_again'
  return ageMinutes < 23 * 60 ? 'send_again_with_same_key' : 'give_up'
}

/** Why an invoice is not charged now. */
export type ChargeRefusal =
  | 'not_found'
  | 'not_finalized'
  | 'nothing_due'
  | 'payment_open'
  | 'cause_done'
  | 'no_card'
  | 'not_allowed'

interface EarlierPayment {
  readonly status: PaymentStatus
  readonly cause: string
  readonly kind: string
  readonly paymentMethodId: string | null
  readonly amountMinor: bigint
}

export interface ChargeFacts<Payment extends EarlierPayment> {
  readonly invoiceStatus: string
  readonly dueMinor: bigint
  readonly cause: string
  /** The card that would be charged. */
  readonly cardId: string | null
  readonly payments: readonly Payment[]
}

export type ChargeDecision<Payment> =
  | { readonly kind: 'begin' }
  /** A run that was killed had begun it: go on with the same key. */
  | { readonly kind: 'continue'; readonly payment: Payment }
  /** As above, but the invoice was paid meanwhile: find out what happened, send nothing. */
  | { readonly kind: 'look_up'; readonly payment: Payment }
  /** A charge waits for a confirmation on a card that was replaced since. */
  | { readonly kind: 'cancel_first'; readonly payment: Payment }
  | { readonly kind: 'refuse'; readonly reason: ChargeRefusal }

/** Whether and how an invoice is charged for a cause; an open payment comes before everything else. */
export function decideCharge<Payment extends EarlierPayment>(
  facts: ChargeFacts<Payment>,
): ChargeDecision<Payment> {
  const due = facts.invoiceStatus === 'finalized' ? facts.dueMinor : 0n
  const open = facts.payments.find((payment) => isOpen(payment.status))
  if (open?.status === 'created')
    return { kind: due >= open.amountMinor ? 'continue' : 'look_up', payment: open }
  const replaced = facts.cause.startsWith('card_updated:') && open?.paymentMethodId !== facts.cardId
  if (open?.status === 'requires_action' && replaced) return { kind: 'cancel_first', payment: open }
  if (open) return { kind: 'refuse', reason: 'payment_open' }
  if (facts.invoiceStatus !== 'finalized') return { kind: 'refuse', reason: 'not_finalized' }
  if (due <= 0n) return { kind: 'refuse', reason: 'nothing_due' }
  const done = facts.payments.some(
    (payment) => payment.cause === facts.cause && payment.status !== 'canceled',
  )
  return done ? { kind: 'refuse', reason: 'cause_done' } : { kind: 'begin' }
}
