import type { Charge } from '#src/pricing/charge-shapes.ts'

/** A line that an event's usage is part of: of its metric and stretch. */
export interface EventLine {
  /** "INV-2026-02-0047#3" */
  readonly reference: string
  readonly description: string
  readonly amountMinor: bigint
}

/** What is known of an event for one subscription. */
export interface EventFacts {
  readonly properties: Readonly<Record<string, string>>
  /** The plan's charges for its metric. */
  readonly charges: readonly Charge[]
  readonly freeTrial: boolean
  readonly planId: string
  readonly metric: string
  readonly invoice: { readonly name: string; readonly status: string } | null
  readonly lines: readonly EventLine[]
  /** A correction took it back. */
  readonly isWithdrawn: boolean
  /** It, or its withdrawal, came after its period had been rated; `on` is the invoice that was written with it, null while it waits. */
  readonly late: { readonly on: string | null; readonly lines: readonly EventLine[] } | null
}

export const EVENT_OUTCOMES = [
  'not_priced',
  'filtered',
  'withdrawn',
  'trial',
  'waiting',
  'draft',
  'late',
  'adjusted',
  'void',
  'included',
  'billed',
] as const
type EventOutcome = (typeof EVENT_OUTCOMES)[number]

/** Why the event is on an invoice, or on none. */
export function eventOutcome(facts: EventFacts): {
  readonly outcome: EventOutcome
  readonly because: string
} {
  const { charges, invoice, late, lines, metric, planId } = facts
  const told = (outcome: EventOutcome, because: string) => ({ outcome, because })
  if (charges.length === 0) return told('not_priced', `plan ${planId} has no price for ${metric}`)
  if (!charges.some((charge) => passes(charge, facts.properties)))
    return told('filtered', `no charge for ${metric} takes it: ${charges.map(wanted).join('; ')}`)
  if (facts.freeTrial) return told('trial', `usage is free in the trial of plan ${planId}`)
  if (!invoice && facts.isWithdrawn)
    return told('withdrawn', 'no invoice has been made yet for its period, and none will have it')
  if (!invoice) return told('waiting', 'no invoice has been made yet for its period')
  if (facts.isWithdrawn && (!late || invoice.status === 'draft'))
    return told(
      'withdrawn',
      `${invoice.name} is ${invoice.status === 'draft' ? 'rated once more' : 'rated'} without it`,
    )
  if (invoice.status === 'draft')
    return told(
      'draft',
      `its period is on ${invoice.name}, a draft that is rated once more before it is final`,
    )
  if (late)
    return told(
      late.on === null ? 'late' : 'adjusted',
      lateReason(invoice.name, late, facts.isWithdrawn),
    )
  if (invoice.status === 'void')
    return told('void', `${invoice.name}, the invoice of its period, is void`)
  const paid = lines.filter(({ amountMinor }) => amountMinor !== 0n)
  if (paid.length === 0)
    return told('included', `it is within what plan ${planId} includes${references(lines)}`)
  return told('billed', `it is part of ${lines.map(({ reference }) => reference).join(', ')}`)
}

function lateReason(
  name: string,
  { on, lines }: NonNullable<EventFacts['late']>,
  isWithdrawn: boolean,
): string {
  const after = `it ${isWithdrawn ? 'was taken back' : 'came'} after ${name} was rated`
  if (on === null) return `${after}: the next invoice adjusts it`
  if (on.startsWith('CN-')) return `${after}: ${on} credits what it changed`
  return lines.length === 0
    ? `${after}; ${on} was written with it, and it changed no amount`
    : `${after}: adjusted on ${lines.map(({ reference }) => reference).join(', ')}`
}

function references(lines: readonly EventLine[]): string {
  return lines.length === 0 ? '' : ` (${lines.map(({ reference }) => reference).join(', ')})`
}

function passes({ filter }: Charge, properties: EventFacts['properties']): boolean {
  return Object.entries(filter).every(([name, values]) => {
    const value = properties[name]
    return value !== undefined && values.includes(value)
  })
}

function wanted({ filter }: Charge): string {
  return Object.entries(filter)
    .map(([name, values]) => `${name} must be ${values.join(' or ')}`)
    .join(', ')
}
