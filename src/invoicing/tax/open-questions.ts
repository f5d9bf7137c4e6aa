import { isBefore, type Instant } from '#src/kernel/time.ts'
import { placeOf } from './place.ts'
import { taxFor } from './rules.ts'
import type { TaxBuyer, TaxInput } from './sale.ts'

/** Why a draft may not become an invoice yet. */
export interface Hold {
  readonly code:
    | 'tax_id_pending'
    | 'tax_id_stale'
    | 'region_missing'
    | 'address_missing'
    | 'tax_calculation'
    | 'tax_refused'
  /** A sentence for people; names the field where one is missing. */
  readonly reason: string
}

/** What is known about how a VAT ID came to its status. */
export interface TaxIdRecord {
  readonly source: 'format' | 'stated' | 'vies' | 'local' | null
  readonly checkedAt: Instant | null
  readonly pendingSince: Instant | null
}

/** The organisation's choice (settings.tax). */
export interface TaxIdPolicy {
  /** Hours a draft waits for a pending ID before it is billed with VAT; null: for as long as it takes. */
  readonly pendingTaxIdHours: number | null
  /** Days after which a confirmation is asked for again; null: never. */
  readonly taxIdRecheckDays: number | null
}

const HOURS_A_DAY = 24

/**
 * What has to be known before our own table may decide an invoice's tax; null: nothing. A VAT ID only counts where the
 * tax depends on it: that of a customer in the United States holds nobody up.
 */
export function openQuestion(
  input: TaxInput,
  record: TaxIdRecord,
  policy: TaxIdPolicy,
  now: Instant,
): Hold | null {
  const { buyer } = input
  return (
    missingState(input) ??
    unsettledTaxId(buyer, record, { ...policy, matters: () => dependsOnTaxId(input) }, now)
  )
}

function missingState({ seller, buyer, documentTax }: TaxInput): Hold | null {
  const place = placeOf(buyer)
  const registered = seller.registrations.some((name) => name.toUpperCase().startsWith('US-'))
  if (place?.jurisdiction !== 'US' || !registered || buyer.taxExempt) return null
  if (documentTax?.exemptRegions.includes('US')) return null
  return {
    code: 'region_missing',
    reason: 'region: the state of a customer in the United States decides the sales tax',
  }
}

/** A VAT ID that is pending or was confirmed too long ago, where that matters. */
export function unsettledTaxId(
  { taxId, taxIdStatus }: TaxBuyer,
  record: TaxIdRecord,
  policy: TaxIdPolicy & { readonly matters: () => boolean },
  now: Instant,
): Hold | null {
  const pending = taxIdStatus === 'pending'
  const staleSince = taxIdStatus === 'valid' ? endOfConfirmation(record, policy) : null
  if (!pending && (staleSince === null || isBefore(now, staleSince))) return null
  if (!policy.matters()) return null
  const since = pending ? record.pendingSince : staleSince
  const { pendingTaxIdHours: hours } = policy
  // Then it is billed with VAT while pending, and by its last confirmation where there was one.
  if (hours !== null && (since === null || !isBefore(now, since.add({ hours })))) return null
  return pending
    ? { code: 'tax_id_pending', reason: `taxId: ${taxId ?? ''} is not confirmed yet` }
    : {
        code: 'tax_id_stale',
        reason: `taxId: ${taxId ?? ''} was confirmed last on ${record.checkedAt?.toString().slice(0, 10) ?? ''} and is asked about again`,
      }
}

/** Only what VIES said grows old: an ID that the organisation stated stays its own word. */
function endOfConfirmation(
  { source, checkedAt }: TaxIdRecord,
  { taxIdRecheckDays: days }: TaxIdPolicy,
): Instant | null {
  if (source !== 'vies' || checkedAt === null || days === null) return null
  return checkedAt.add({ hours: days * HOURS_A_DAY })
}

function dependsOnTaxId(input: TaxInput): boolean {
  const taxed = (taxIdStatus: TaxBuyer['taxIdStatus']) =>
    taxFor({ ...input, buyer: { ...input.buyer, taxIdStatus } })
      .map(({ jurisdiction, rate }) => `${jurisdiction} ${rate}`)
      .join()
  return taxed('valid') !== taxed('none')
}
