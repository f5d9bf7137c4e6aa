import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { lockGrants } from '#src/credits/lock-grants.ts'
import { drawsOfInvoice, hasEnded } from '#src/credits/return-draws.ts'
import { AppError } from '#src/kernel/errors.ts'
import { requireExpected } from '#src/kernel/preview.ts'
import type { CreditGrant } from '#src/pricing/credits.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { decideCorrection, type CorrectedLine } from './correction-rules.ts'
import type { DraftTax, InvoiceDraft } from './decision.ts'
import type { InvoiceDocument } from './document.ts'
import { finalizeDrafts } from './finalize-drafts.ts'
import { hasOpenPayment } from './has-open-payment.ts'
import { refusedMove, requireMove } from './invoice-moves.ts'
import { issueCreditNote } from './issue-credit-note.ts'
import { loadBillingCases } from './load-billing-cases.ts'
import { loadInvoice } from './load-invoice.ts'
import { lockInvoice, type InvoiceRow } from './lock-invoice.ts'
import { holdOn, taxesOn } from './tax/draft-tax.ts'
import { sellerOf } from './seller.ts'
import { taxMinor } from './tax/rules.ts'
import { writeDrafts } from './write-drafts.ts'

interface CorrectionWish {
  readonly invoiceId: string
  /** None: only the account's details and tax are wrong. */
  readonly lines?: readonly CorrectedLine[]
}

export type CorrectionInput = CorrectionWish & {
  readonly reason: string
  readonly approvedBy: string
  readonly expectedHash?: string
}

/**
 * Replaces a wrong invoice: credits what is left of it and finalizes another with its own number that names it, in one
 * transaction. What had been paid pays the new one; the rest is the customer's credit.
 * @returns the new invoice's id.
 * @throws not_found; conflict for a draft, one that is replaced already, or while a payment is under way; as `decideCorrection`.
 */
export async function correctInvoice(ctx: Ctx, input: CorrectionInput): Promise<string> {
  const wrong = await lockInvoice(ctx, input.invoiceId)
  const draft = await decide(ctx, wrong, input)
  requireExpected(input.expectedHash, draft.contentHash, 'the correction')
  if (wrong.status !== 'void' && wrong.creditedMinor < wrong.totalMinor)
    await issueCreditNote(ctx, {
      invoiceId: wrong.id,
      netMinor: 'full',
      reason: input.reason,
      approvedBy: input.approvedBy,
      key: `correction:${wrong.id}`,
    })
  await writeDrafts(ctx, [draft], null)
  const id = await correctionOf(ctx, wrong.id)
  if (id === null) throw new AppError('internal', `the correction of ${wrong.id} is gone`)
  await finalizeDrafts(ctx, await loadOrganization(ctx), {
    periodName: draft.periodName,
    invoiceIds: [id],
    evenInGrace: true,
  })
  await recordAudit(ctx, {
    action: 'invoice.corrected',
    subject: { type: 'invoice', id: wrong.id },
    reason: input.reason,
    data: { correctedBy: id, approvedBy: input.approvedBy },
  })
  return id
}

/** The invoice that `correctInvoice` would write; its `contentHash` may be demanded. @throws as that. */
export async function previewCorrection(ctx: Ctx, wish: CorrectionWish): Promise<InvoiceDraft> {
  return decide(ctx, await lockInvoice(ctx, wish.invoiceId), wish)
}

async function decide(ctx: Ctx, wrong: InvoiceRow, wish: CorrectionWish): Promise<InvoiceDraft> {
  requireMove(wrong, 'correct')
  const other = await correctionOf(ctx, wrong.id)
  if (other !== null) throw refusedMove(wrong, 'correct', ` and replaced by ${other}`)
  if (await hasOpenPayment(ctx, wrong.id))
    throw refusedMove(wrong, 'correct', ' and a payment is under way')
  const { subscriptionId } = wrong
  if (subscriptionId === null)
    throw new AppError('refused', 'only the invoice of a subscription is replaced: credit this one')
  const document = await loadInvoice(ctx, wrong.id)
  const seller = sellerOf(await loadOrganization(ctx), ctx)
  const [billing] = await loadBillingCases(ctx, {
    customerIds: [wrong.customerId],
    periodName: wrong.period,
    subscriptionId,
  })
  if (!billing) throw new AppError('not_found', `no subscription ${subscriptionId}`)
  const period = { start: wrong.periodStart, end: wrong.periodEnd }
  const hold = wrong.taxCalculationId === null ? holdOn(billing, seller, period, ctx.now) : null
  if (hold) throw new AppError('refused', `its tax is not settled: ${hold.reason}`)
  return decideCorrection(document, {
    lines: wish.lines ?? [],
    subscriptionId,
    ratedSnapshot: billing.ratedSnapshot,
    credits: await drawnCredits(ctx, wrong.id),
    buyer: billing.buyer,
    seller,
    // What a provider calculated keeps its rates: it is not asked again inside a transaction.
    taxesOn: (baseMinor) =>
      wrong.taxCalculationId === null
        ? taxesOn(billing, seller, period, baseMinor)
        : sameRates(document, baseMinor),
  })
}

/** @throws refused when a grant has ended since: what comes back has other terms then. */
async function drawnCredits(ctx: Ctx, invoiceId: string): Promise<CreditGrant[]> {
  const draws = (await drawsOfInvoice(ctx, invoiceId)).filter(({ amountMinor }) => amountMinor > 0n)
  const grants = await lockGrants(
    ctx,
    draws.map(({ grantId }) => grantId),
  )
  return grants.map((grant) => {
    if (hasEnded(grant, ctx.now))
      throw new AppError('refused', `its prepaid credit ${grant.id} has ended: credit the invoice`)
    const drawn = draws.find(({ grantId }) => grantId === grant.id)
    return { ...grant, availableMinor: drawn?.amountMinor ?? 0n }
  })
}

function sameRates({ taxes }: InvoiceDocument, baseMinor: bigint): DraftTax[] {
  return taxes.map((tax) => ({ ...tax, baseMinor, amountMinor: taxMinor(baseMinor, tax.rate) }))
}

async function correctionOf(ctx: Ctx, invoiceId: string): Promise<string | null> {
  const [row] = await ctx.db
    .select({ id: invoices.id })
    .from(invoices)
    .where(and(eq(invoices.orgId, ctx.orgId), eq(invoices.corrects, invoiceId)))
  return row?.id ?? null
}
