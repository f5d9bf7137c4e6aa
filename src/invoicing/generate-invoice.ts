import { and, eq, isNull } from 'drizzle-orm'
import type { Ctx, Scope } from '#db/context.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { AppError } from '#src/kernel/errors.ts'
import { requireExpected } from '#src/kernel/preview.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { finalizeDrafts } from './finalize-drafts.ts'
import { noteHolds } from './note-holds.ts'
import { decideOne, type BillingTarget } from './preview-invoice.ts'
import { dropStaleDrafts } from './refresh-drafts.ts'
import { writeDrafts } from './write-drafts.ts'

export type GeneratedInvoice =
  | {
      readonly kind: 'invoice'
      readonly invoiceId: string
      readonly status: (typeof invoices.$inferSelect)['status']
      /** true when it had been finalized before this call. */
      readonly alreadyDone: boolean
    }
  | { readonly kind: 'none'; readonly reason: string }

/**
 * Drafts the invoice of one subscription and period and finalizes it once its grace period is over. Repeating changes
 * nothing. With `expectedHash` (a preview's) it refuses to commit anything else than what was seen.
 * @throws not_found; conflict when the content differs from `expectedHash`.
 */
export async function generateInvoice(
  scope: Scope,
  input: BillingTarget & { readonly expectedHash?: string },
): Promise<GeneratedInvoice> {
  const drafted = await scope.transact((ctx) => draftOne(ctx, input))
  if (drafted.kind === 'none' || drafted.alreadyDone) return drafted
  // A transaction of its own: it sees what was recorded while the draft was made.
  return scope.transact(async (ctx) => {
    await finalizeDrafts(ctx, await loadOrganization(ctx), {
      periodName: input.period,
      invoiceIds: [drafted.invoiceId],
    })
    const { id, status } = await requireInvoice(ctx, input)
    return { kind: 'invoice', invoiceId: id, status, alreadyDone: false }
  })
}

async function draftOne(
  ctx: Ctx,
  input: BillingTarget & { readonly expectedHash?: string },
): Promise<GeneratedInvoice> {
  const stored = await findInvoice(ctx, input)
  if (stored && stored.status !== 'draft') {
    requireExpected(input.expectedHash, stored.contentHash, 'the invoice')
    return { kind: 'invoice', invoiceId: stored.id, status: stored.status, alreadyDone: true }
  }
  const organization = await loadOrganization(ctx)
  const decision = await decideOne(ctx, organization, input, true)
  if (decision.kind !== 'draft') return { kind: 'none', reason: decision.reason }
  requireExpected(input.expectedHash, decision.draft.contentHash, 'the invoice')
  if (stored)
    await dropStaleDrafts(
      ctx,
      [decision.draft],
      [{ ...stored, subscriptionId: input.subscriptionId }],
    )
  await writeDrafts(ctx, [decision.draft], null)
  await noteHolds(
    ctx,
    [decision.draft],
    stored ? [{ ...stored, subscriptionId: input.subscriptionId }] : [],
  )
  const { id, status } = await requireInvoice(ctx, input)
  return { kind: 'invoice', invoiceId: id, status, alreadyDone: false }
}

type InvoiceRow = typeof invoices.$inferSelect

async function findInvoice(ctx: Ctx, target: BillingTarget): Promise<InvoiceRow | undefined> {
  const [row] = await ctx.db
    .select()
    .from(invoices)
    .where(
      and(
        eq(invoices.orgId, ctx.orgId),
        eq(invoices.subscriptionId, target.subscriptionId),
        eq(invoices.period, target.period),
        // Not the one that replaces it.
        isNull(invoices.corrects),
      ),
    )
  return row
}

async function requireInvoice(ctx: Ctx, target: BillingTarget): Promise<InvoiceRow> {
  const row = await findInvoice(ctx, target)
  if (!row) throw new AppError('internal', `the draft of ${target.subscriptionId} is gone`)
  return row
}
