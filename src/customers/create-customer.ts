import type { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { customers } from '#db/schema/customers.ts'
import { hashOf } from '#src/kernel/canonical.ts'
import { AppError } from '#src/kernel/errors.ts'
import { parseInput } from '#src/kernel/parse.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { addContact } from './add-contact.ts'
import { creationHash } from './creation-hash.ts'
import { followTaxId, givenTaxId } from './give-tax-id.ts'
import { loadCustomer, type Customer } from './load-customer.ts'
import { NewCustomer } from './shapes.ts'

/**
 * Creates an account under the organisation's own id, with its contacts. The same input again returns the account as
 * it stands. Parses its input: the HTTP door, the importers and the demo all come through here.
 * @throws conflict when the id is taken by an account made from other input; invalid_input.
 */
export async function createCustomer(
  ctx: Ctx,
  input: z.input<typeof NewCustomer>,
): Promise<Customer> {
  const wanted = parseInput(NewCustomer, input)
  const inputHash = hashOf(wanted)
  const timeZone = wanted.timeZone ?? (await loadOrganization(ctx)).timeZone
  const [row] = await ctx.db
    .insert(customers)
    .values(rowOf(ctx, wanted, timeZone))
    .onConflictDoNothing({ target: [customers.orgId, customers.id] })
    .returning()
  if (!row) return existing(ctx, wanted.id, inputHash)
  await recordAudit(ctx, {
    action: 'customer.created',
    subject: { type: 'customer', id: row.id },
    reason: 'the account was set up',
    data: { inputHash, status: row.status },
  })
  for (const contact of wanted.contacts) await addContact(ctx, row.id, contact)
  await followTaxId(ctx, row)
  return row
}

async function existing(ctx: Ctx, id: string, inputHash: string): Promise<Customer> {
  const made = await creationHash(ctx, 'customer.created', { type: 'customer', id })
  if (made !== inputHash)
    throw new AppError('conflict', `customer ${id} exists already with other content`)
  return loadCustomer(ctx, id)
}

function rowOf(ctx: Ctx, wanted: NewCustomer, timeZone: string): typeof customers.$inferInsert {
  const { contacts: _contacts, taxIdStatus, ...fields } = wanted
  return {
    ...fields,
    orgId: ctx.orgId,
    timeZone,
    ...givenTaxId(wanted.taxId, taxIdStatus, ctx.now),
    providerCustomerId: null,
    defaultPaymentMethodId: null,
    manualHold: false,
    createdAt: ctx.now,
  }
}
