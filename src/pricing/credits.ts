import { splitMinor, sumMinor } from '#src/kernel/money.ts'
import { isBefore, type Instant } from '#src/kernel/time.ts'
import { compare } from './select.ts'

/** `paid` was bought and taxed at its sale; `promotional` was given away. */
export type CreditKind = 'paid' | 'promotional'

/** A grant of credit as far as drawing on it goes. */
export interface CreditGrant {
  readonly id: string
  /** What the customer reads on the invoice; null: the kind's own words. */
  readonly name: string | null
  readonly kind: CreditKind
  /** Lower is drawn first. */
  readonly priority: number
  readonly effectiveAt: Instant
  /** From here on it cannot be drawn; null: never. */
  readonly expiresAt: Instant | null
  /** Metrics whose lines it pays; null: everything on the invoice. */
  readonly appliesTo: readonly string[] | null
  /** What can still be drawn. */
  readonly availableMinor: bigint
}

/** What an invoice takes from one grant. */
export interface CreditDraw {
  readonly grantId: string
  readonly kind: CreditKind
  readonly amountMinor: bigint
}

/** A line of the invoice before credit: coupons and maximums are among them. */
interface CoveredLine {
  readonly metric?: string | null
  readonly amountMinor: bigint
}

/** Whether a grant may be drawn at an instant: from `effectiveAt` on, until before `expiresAt`. */
export function isInForce(
  grant: Pick<CreditGrant, 'effectiveAt' | 'expiresAt'>,
  at: Instant,
): boolean {
  return (
    !isBefore(at, grant.effectiveAt) && (grant.expiresAt === null || isBefore(at, grant.expiresAt))
  )
}

/**
 * The order of drawing, as in Stripe's billing credits: lowest priority number, soonest expiry, promotional before
 * paid (the customer keeps longest what money was paid for), oldest, then by id so that it is never open.
 */
export function inDrawingOrder<Grant extends Omit<CreditGrant, 'availableMinor'>>(
  grants: readonly Grant[],
): Grant[] {
  return [...grants].sort(
    (a, b) =>
      a.priority - b.priority ||
      expiryOrder(a.expiresAt, b.expiresAt) ||
      kindOrder(a.kind) - kindOrder(b.kind) ||
      instantOrder(a.effectiveAt, b.effectiveAt) ||
      compare(a.id, b.id),
  )
}

/**
 * What an invoice draws from a customer's grants: after coupons, before tax, never more than a grant has nor than the
 * lines it applies to come to. `at` is the last instant of the billed period: a grant pays for a period that ends
 * while it is in force, whenever the invoice is written. Grants that draw nothing are left out; in drawing order.
 */
export function drawCredits(
  grants: readonly CreditGrant[],
  lines: readonly CoveredLine[],
  at: Instant,
): CreditDraw[] {
  const usable = inDrawingOrder(
    grants.filter((grant) => grant.availableMinor > 0n && isInForce(grant, at)),
  )
  if (usable.length === 0) return []
  const open = coverable(lines)
  return usable.flatMap((grant, index) => {
    const amountMinor = drawOne(grant, open, usable.slice(index + 1))
    return amountMinor === 0n ? [] : [{ grantId: grant.id, kind: grant.kind, amountMinor }]
  })
}

/** What is left of the grants after these draws. */
export function afterDraws(
  grants: readonly CreditGrant[],
  draws: readonly CreditDraw[],
): CreditGrant[] {
  if (draws.length === 0) return [...grants]
  const drawn = new Map(draws.map(({ grantId, amountMinor }) => [grantId, amountMinor]))
  return grants.map((grant) => ({
    ...grant,
    availableMinor: grant.availableMinor - (drawn.get(grant.id) ?? 0n),
  }))
}

/** Lines without a metric: base fees, add-ons, commitments. */
const NO_METRIC = ''

/**
 * What can be paid, by metric. Discounts on the whole invoice and negative usage lower the others in proportion, so
 * that a grant for one metric pays no more than that metric's share of the discounted invoice.
 */
function coverable(lines: readonly CoveredLine[]): Map<string, bigint> {
  const nets = new Map<string, bigint>()
  let reduction = 0n
  for (const { metric, amountMinor } of lines) {
    const key = metric ?? NO_METRIC
    if (key === NO_METRIC && amountMinor < 0n) reduction += amountMinor
    else nets.set(key, (nets.get(key) ?? 0n) + amountMinor)
  }
  const positive: [string, bigint][] = []
  for (const entry of [...nets].sort(([a], [b]) => compare(a, b)))
    if (entry[1] > 0n) positive.push(entry)
    else reduction += entry[1]
  const total = sumMinor(positive.map(([, net]) => net))
  if (total + reduction <= 0n) return new Map()
  const parts = splitMinor(
    reduction,
    positive.map(([, net]) => net),
  )
  return new Map(positive.map(([key, net], index) => [key, net + (parts[index] ?? 0n)]))
}

/** Takes first what the fewest of the later grants could pay, so that a wide grant leaves narrow ones their use. */
function drawOne(
  grant: CreditGrant,
  open: Map<string, bigint>,
  later: readonly CreditGrant[],
): bigint {
  const rivals = (key: string) => later.filter((other) => pays(other, key)).length
  const keys = [...open.keys()].filter((key) => pays(grant, key))
  const order = keys.map((key) => ({ key, rivals: rivals(key) }))
  order.sort((a, b) => a.rivals - b.rivals || compare(a.key, b.key))
  let left = grant.availableMinor
  for (const { key } of order) {
    const due = open.get(key) ?? 0n
    const taken = due < left ? due : left
    open.set(key, due - taken)
    left -= taken
  }
  return grant.availableMinor - left
}

function pays({ appliesTo }: CreditGrant, key: string): boolean {
  return appliesTo === null || (key !== NO_METRIC && appliesTo.includes(key))
}

function expiryOrder(a: Instant | null, b: Instant | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return instantOrder(a, b)
}

function instantOrder(a: Instant, b: Instant): number {
  return isBefore(a, b) ? -1 : isBefore(b, a) ? 1 : 0
}

function kindOrder(kind: CreditKind): number {
  return kind === 'promotional' ? 0 : 1
}
