import { and, eq } from 'drizzle-orm'
import type { Ctx, Scope } from '#db/context.ts'
import { creditNotes, invoices, taxCalculations } from '#db/schema/invoicing.ts'
import type { TaxCalculator } from '#src/gateways/tax/calculator.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { AppError } from '#src/kernel/errors.ts'
import { recordAudit } from '#src/tenancy/audit.ts'

/**
 * Turns the calculation of a finalized invoice into the provider's record of a sale, once: its reference is the invoice.
 * @throws unavailable, refused: the job is tried again and then seen.
 */
export async function recordTax(
  scope: Scope,
  calculator: TaxCalculator,
  invoiceId: string,
): Promise<void> {
  const calculation = await scope.transact((ctx) => calculationOf(ctx, invoiceId))
  if (calculation?.providerRef == null || calculation.transactionRef !== null) return
  const { id, providerRef } = calculation
  const transactionRef = await calculator.record({ providerRef, reference: invoiceId })
  await scope.transact(async (ctx) => {
    await ctx.db
      .update(taxCalculations)
      .set({ transactionRef })
      .where(and(eq(taxCalculations.orgId, ctx.orgId), eq(taxCalculations.id, id)))
    await recordAudit(ctx, {
      action: 'tax.recorded',
      subject: { type: 'invoice', id: invoiceId },
      reason: `recorded at ${calculator.name}`,
      data: { calculation: providerRef, transaction: transactionRef },
    })
  })
}

/**
 * Takes a sale back at the provider: the whole of a void invoice, or what a credit note credits with its tax.
 * @throws unavailable until the sale itself is recorded, and as `recordTax`.
 */
export async function reverseTax(
  scope: Scope,
  calculator: TaxCalculator,
  { invoiceId, creditNoteId }: { readonly invoiceId: string; readonly creditNoteId: string | null },
): Promise<void> {
  const found = await scope.transact(async (ctx) => ({
    calculation: await calculationOf(ctx, invoiceId),
    note: creditNoteId === null ? null : await noteOf(ctx, creditNoteId),
  }))
  const { calculation, note } = found
  if (calculation?.providerRef == null) return
  if (calculation.transactionRef === null)
    throw new AppError('unavailable', `the sale of invoice ${invoiceId} is not recorded yet`)
  const reference = creditNoteId ?? `${invoiceId}:void`
  await calculator.reverse({
    transactionRef: calculation.transactionRef,
    reference,
    grossMinor: note === null ? 'all' : note.totalMinor,
    currency: parseCurrency(calculation.currency),
  })
  await scope.transact((ctx) =>
    recordAudit(ctx, {
      action: 'tax.reversed',
      subject: { type: 'invoice', id: invoiceId },
      reason: creditNoteId === null ? 'the invoice is void' : `credit note ${creditNoteId}`,
      data: { transaction: calculation.transactionRef, reference },
    }),
  )
}

async function calculationOf(ctx: Ctx, invoiceId: string) {
  const [row] = await ctx.db
    .select({
      id: taxCalculations.id,
      providerRef: taxCalculations.providerRef,
      transactionRef: taxCalculations.transactionRef,
      currency: invoices.currency,
    })
    .from(invoices)
    .innerJoin(
      taxCalculations,
      and(
        eq(taxCalculations.orgId, invoices.orgId),
        eq(taxCalculations.id, invoices.taxCalculationId),
      ),
    )
    .where(and(eq(invoices.orgId, ctx.orgId), eq(invoices.id, invoiceId)))
  return row
}

async function noteOf(ctx: Ctx, id: string) {
  const [row] = await ctx.db
    .select({ totalMinor: creditNotes.totalMinor })
    .from(creditNotes)
    .where(and(eq(creditNotes.orgId, ctx.orgId), eq(creditNotes.id, id)))
  if (!row) throw new AppError('not_found', `no credit note ${id}`)
  return row
}
