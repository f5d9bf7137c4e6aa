import { eq } from 'drizzle-orm'
import { openScope, type System } from '#db/context.ts'
import { invoices } from '#db/schema/invoicing.ts'
import type { ProviderFor } from '#src/gateways/payments/provider.ts'
import { AppError } from '#src/kernel/errors.ts'
import { setUpProviderCustomer } from './set-up-provider-customer.ts'

/**
 * Where the customer behind a hosted invoice link changes the card, at the provider: asked for when the link is
 * followed, since such pages live for minutes and mails for months. A new card pays what dunning holds open.
 * @throws not_found for an unknown token and for a draft, in the same words as the invoice page.
 */
export async function cardLinkOf(
  deps: { readonly system: System; readonly providerFor: ProviderFor },
  token: string,
): Promise<string> {
  const [row] = await deps.system.db
    .select({ orgId: invoices.orgId, customerId: invoices.customerId, status: invoices.status })
    .from(invoices)
    .where(eq(invoices.publicToken, token))
  if (!row || row.status === 'draft') throw new AppError('not_found', 'there is no such invoice')
  const scope = await openScope(deps.system, row.orgId, { kind: 'customer', id: 'hosted_link' })
  const providerCustomerId = await setUpProviderCustomer(scope, deps, {
    customerId: row.customerId,
  })
  return deps.providerFor(scope).updateCardLink(providerCustomerId)
}
