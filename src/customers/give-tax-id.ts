import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { taxIdChecks } from '#db/schema/customers.ts'
import type { Instant } from '#src/kernel/time.ts'
import type { Customer } from './load-customer.ts'
import { isInVies, judgeTaxId, type TaxIdStatus } from './tax-id.ts'

/** What a customer's row says of its VAT ID. */
type TaxIdFields = Pick<
  Customer,
  'taxIdStatus' | 'taxIdSource' | 'taxIdCheckedAt' | 'taxIdPendingSince'
>

/** The fields of an ID as it is given: judged by format and checksum, unless the organisation states what it is. */
export function givenTaxId(
  taxId: string | null,
  stated: TaxIdStatus | undefined,
  now: Instant,
): TaxIdFields {
  if (taxId === null)
    return {
      taxIdStatus: 'none',
      taxIdSource: null,
      taxIdCheckedAt: null,
      taxIdPendingSince: null,
    }
  const taxIdStatus = stated ?? judgeTaxId(taxId)
  const settled = stated === 'valid' || stated === 'invalid'
  return {
    taxIdStatus,
    taxIdSource: settled ? 'stated' : 'format',
    taxIdCheckedAt: settled ? now : null,
    taxIdPendingSince: taxIdStatus === 'pending' ? now : null,
  }
}

/** Keeps what was stated as evidence, and has VIES asked about what was not. */
export async function followTaxId(ctx: Ctx, customer: Customer): Promise<void> {
  const { id: customerId, taxId, taxIdStatus, taxIdSource } = customer
  if (taxId === null) return
  if (taxIdSource === 'stated' && (taxIdStatus === 'valid' || taxIdStatus === 'invalid'))
    await ctx.db.insert(taxIdChecks).values({
      orgId: ctx.orgId,
      id: ctx.newId('tic'),
      customerId,
      taxId,
      outcome: taxIdStatus,
      source: 'stated',
      checkedAt: ctx.now,
    })
  if (taxIdStatus === 'pending' && isInVies(taxId))
    await enqueue(ctx, {
      job: 'CHECK_TAX_ID',
      key: `${customerId}:${taxId}:${ctx.now.toString()}`,
      payload: { customerId },
    })
}
