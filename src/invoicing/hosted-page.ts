import { eq } from 'drizzle-orm'
import { openScope, type System } from '#db/context.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { InvoiceDocument } from './document.ts'
import { renderInvoiceHtml } from './html.ts'
import { loadInvoice } from './load-invoice.ts'

/**
 * The invoice behind a hosted link as a page.
 * @throws not_found as `loadHostedInvoice`.
 */
export async function hostedInvoicePage(
  deps: { readonly system: System; readonly publicUrl: string },
  token: string,
): Promise<string> {
  const doc = await loadHostedInvoice(deps.system, token)
  return renderInvoiceHtml(doc, { publicUrl: deps.publicUrl, hosted: true })
}

/**
 * The invoice behind a hosted link: whoever has the unguessable token may see it.
 * @throws not_found for an unknown token and for a draft, in the same words.
 */
export async function loadHostedInvoice(system: System, token: string): Promise<InvoiceDocument> {
  const [row] = await system.db
    .select({ orgId: invoices.orgId, id: invoices.id, status: invoices.status })
    .from(invoices)
    .where(eq(invoices.publicToken, token))
  if (!row || row.status === 'draft') throw new AppError('not_found', 'there is no such invoice')
  const scope = await openScope(system, row.orgId, { kind: 'customer', id: 'hosted_link' })
  return scope.transact((ctx) => loadInvoice(ctx, row.id))
}
