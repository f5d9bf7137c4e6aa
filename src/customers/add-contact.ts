import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { contacts } from '#db/schema/customers.ts'
import { AppError } from '#src/kernel/errors.ts'
import { parseInput } from '#src/kernel/parse.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadCustomer, type Contact } from './load-customer.ts'
import { NewContact } from './shapes.ts'

/**
 * Adds an address that mail of this account may go to and come from. The same address and role again returns the
 * contact as it stands.
 * @throws not_found for an unknown account; conflict when the address is there in another role or under another name.
 */
export async function addContact(
  ctx: Ctx,
  customerId: string,
  input: z.input<typeof NewContact>,
): Promise<Contact> {
  const wanted = parseInput(NewContact, input)
  await loadCustomer(ctx, customerId)
  const [row] = await ctx.db
    .insert(contacts)
    .values({
      orgId: ctx.orgId,
      id: ctx.newId('con'),
      customerId,
      email: wanted.email,
      name: wanted.name,
      role: wanted.role,
      verifiedAt: wanted.verified ? ctx.now : null,
      createdAt: ctx.now,
    })
    .onConflictDoNothing({ target: [contacts.orgId, contacts.customerId, contacts.email] })
    .returning()
  if (!row) return sameContact(ctx, customerId, wanted)
  await recordAudit(ctx, {
    action: 'contact.added',
    subject: { type: 'customer', id: customerId },
    reason: `a ${row.role} contact was added`,
    data: { contactId: row.id, verified: wanted.verified },
  })
  return row
}

async function sameContact(
  ctx: Ctx,
  customerId: string,
  wanted: z.infer<typeof NewContact>,
): Promise<Contact> {
  const [row] = await ctx.db
    .select()
    .from(contacts)
    .where(
      and(
        eq(contacts.orgId, ctx.orgId),
        eq(contacts.customerId, customerId),
        eq(contacts.email, wanted.email),
      ),
    )
  if (!row || row.role !== wanted.role || row.name !== wanted.name)
    throw new AppError('conflict', `customer ${customerId} has this address already, otherwise`)
  return row
}
