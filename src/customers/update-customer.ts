import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { customers } from '#db/schema/customers.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { parseInput } from '#src/kernel/parse.ts'
import type { Instant } from '#src/kernel/time.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { requireChangeableCurrency } from './change-currency.ts'
import { followTaxId, givenTaxId } from './give-tax-id.ts'
import { loadCustomer, type Customer } from './load-customer.ts'
import { retryHeldDrafts } from './retry-held-drafts.ts'
import { CustomerChange } from './shapes.ts'
import type { TaxIdStatus } from './tax-id.ts'

/** A change of these may be what a draft waits for. */
const DECIDE_TAX = ['country', 'region', 'address', 'taxId', 'taxIdStatus', 'taxExempt']

/**
 * Changes what the input names; a new tax ID is judged by format and checksum unless its status is stated, and asked
 * about. What decides tax has drafts that wait decided again.
 * @throws not_found; invalid_input when a status is stated for an account without a tax ID; refused for another
 *   currency once there are invoices or subscriptions.
 */
export async function updateCustomer(
  ctx: Ctx,
  id: string,
  input: z.input<typeof CustomerChange>,
): Promise<Customer> {
  const wanted = definedOf(parseInput(CustomerChange, input))
  const current = await loadCustomer(ctx, id)
  const taxId = taxIdAfter(current, wanted, ctx.now)
  const changed = { ...wanted, ...taxId }
  const fields = Object.keys(wanted)
  if (fields.length === 0) return current
  await requireChangeableCurrency(ctx, current, wanted.currency)
  const [row] = await ctx.db
    .update(customers)
    .set(changed)
    .where(and(eq(customers.orgId, ctx.orgId), eq(customers.id, id)))
    .returning()
  await recordAudit(ctx, {
    action: 'customer.updated',
    subject: { type: 'customer', id },
    reason: `changed: ${fields.join(', ')}`,
    data: { fields, taxIdStatus: row?.taxIdStatus ?? current.taxIdStatus },
  })
  if (row && taxId) await followTaxId(ctx, row)
  if (fields.some((field) => DECIDE_TAX.includes(field)))
    await retryHeldDrafts(ctx, { customerId: id })
  return row ?? current
}

/** Only the keys that carry a value, so that the row keeps the rest. */
type Given<Fields> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> }

function definedOf<Fields extends object>(fields: Fields): Given<Fields> {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as Given<Fields>
}

/** The fields of the tax ID after the change; undefined where it is left as it was. */
function taxIdAfter(
  current: Customer,
  wanted: { taxId?: string | null; taxIdStatus?: TaxIdStatus },
  now: Instant,
): ReturnType<typeof givenTaxId> | undefined {
  const taxId = wanted.taxId === undefined ? current.taxId : wanted.taxId
  if (taxId === null && wanted.taxIdStatus !== undefined)
    throw invalidField('taxIdStatus', 'there is no tax ID to have a status')
  if (taxId === current.taxId && wanted.taxIdStatus === undefined) return undefined
  return givenTaxId(taxId, wanted.taxIdStatus, now)
}
