import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { customers } from '#db/schema/customers.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { parseInput } from '#src/kernel/parse.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadCustomer, type Customer } from './load-customer.ts'
import { CustomerChange } from './shapes.ts'
import { judgeTaxId, type TaxIdStatus } from './tax-id.ts'

/**
 * Changes what the input names; a new tax ID is judged by format and checksum unless its status is stated.
 * @throws not_found; invalid_input when a status is stated for an account without a tax ID.
 */
export async function updateCustomer(
  ctx: Ctx,
  id: string,
  input: z.input<typeof CustomerChange>,
): Promise<Customer> {
  const wanted = definedOf(parseInput(CustomerChange, input))
  const current = await loadCustomer(ctx, id)
  const changed = { ...wanted, taxIdStatus: taxIdStatusAfter(current, wanted) }
  const fields = Object.keys(wanted)
  if (fields.length === 0) return current
  const [row] = await ctx.db
    .update(customers)
    .set(changed)
    .where(and(eq(customers.orgId, ctx.orgId), eq(customers.id, id)))
    .returning()
  await recordAudit(ctx, {
    action: 'customer.updated',
    subject: { type: 'customer', id },
    reason: `changed: ${fields.join(', ')}`,
    data: { fields, taxIdStatus: changed.taxIdStatus },
  })
  return row ?? current
}

/** Only the keys that carry a value, so that the row keeps the rest. */
type Given<Fields> = { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> }

function definedOf<Fields extends object>(fields: Fields): Given<Fields> {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given) as Given<Fields>
}

function taxIdStatusAfter(
  current: Customer,
  wanted: { taxId?: string | null; taxIdStatus?: TaxIdStatus },
): TaxIdStatus {
  const taxId = wanted.taxId === undefined ? current.taxId : wanted.taxId
  if (taxId === null) {
    if (wanted.taxIdStatus !== undefined)
      throw invalidField('taxIdStatus', 'there is no tax ID to have a status')
    return 'none'
  }
  if (wanted.taxIdStatus !== undefined) return wanted.taxIdStatus
  return taxId === current.taxId ? current.taxIdStatus : judgeTaxId(taxId)
}
