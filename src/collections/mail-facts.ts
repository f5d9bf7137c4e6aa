import { and, desc, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { payments } from '#db/schema/payments.ts'
import { billingContact, type Customer } from '#src/customers/load-customer.ts'
import { localDaysBetween, type Instant } from '#src/kernel/time.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { openAmount, type CaseRow, type InvoiceRow } from './case-rows.ts'

/** Values for a mail, raw: who writes formats them for the customer's locale and builds the links. */
export interface DunningFacts {
  readonly invoiceId: string
  readonly invoiceNumber: string
  /** What is still open, after part payments and credits. */
  readonly openMinor: bigint
  readonly currency: string
  readonly dueAt: Instant | null
  readonly daysSinceFailure: number
  /** Of the hosted invoice page, where a card can be changed and the invoice paid. */
  readonly publicToken: string
  /** The bank's confirmation page, when the last charge waits for it. */
  readonly confirmLink: string | null
  readonly companyName: string
  readonly contactName: string
  readonly sellerName: string
}

/** The facts of a case's mail; null when the account has nobody to write to. */
export async function factsOf(
  ctx: Ctx,
  row: CaseRow,
  invoice: InvoiceRow,
  customer: Customer,
): Promise<DunningFacts | null> {
  const contact = await billingContact(ctx, customer.id)
  if (!contact) return null
  return {
    invoiceId: invoice.id,
    invoiceNumber: invoice.number ?? invoice.id,
    openMinor: openAmount(invoice),
    currency: invoice.currency,
    dueAt: invoice.dueAt,
    daysSinceFailure: localDaysBetween(row.firstFailureAt, ctx.now, customer.timeZone),
    publicToken: invoice.publicToken,
    confirmLink: await confirmLink(ctx, invoice.id),
    companyName: customer.name,
    contactName: contact.name,
    sellerName: (await loadOrganization(ctx)).name,
  }
}

async function confirmLink(ctx: Ctx, invoiceId: string): Promise<string | null> {
  const [payment] = await ctx.db
    .select({ actionUrl: payments.actionUrl })
    .from(payments)
    .where(
      and(
        eq(payments.orgId, ctx.orgId),
        eq(payments.invoiceId, invoiceId),
        eq(payments.status, 'requires_action'),
      ),
    )
    .orderBy(desc(payments.attempt))
    .limit(1)
  return payment?.actionUrl ?? null
}
