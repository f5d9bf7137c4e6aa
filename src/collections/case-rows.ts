import { and, asc, eq, inArray, notInArray, sql } from 'drizzle-orm'
import { rowsOf, type Ctx } from '#db/context.ts'
import { dunningCases } from '#db/schema/collections.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { payments } from '#db/schema/payments.ts'
import { loadCustomer, type Customer } from '#src/customers/load-customer.ts'
import { AppError } from '#src/kernel/errors.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { parseDeclineClass } from './decline-classes.ts'
import type { CaseFacts, Circumstances } from './rules.ts'
import { dunningPolicyOf, type DunningPolicy } from './schedule.ts'

export type CaseRow = typeof dunningCases.$inferSelect
export type InvoiceRow = typeof invoices.$inferSelect
type Reader = Pick<Ctx, 'db' | 'orgId'>

/** The case, locked until the transaction ends. @throws not_found */
export async function lockCase(ctx: Reader, id: string): Promise<CaseRow> {
  const [row] = await ctx.db
    .select()
    .from(dunningCases)
    .where(and(eq(dunningCases.orgId, ctx.orgId), eq(dunningCases.id, id)))
    .for('update')
  if (!row) throw new AppError('not_found', `no dunning case ${id}`)
  return row
}

/** The one case of an invoice, locked; null when it never had one. */
export async function lockCaseOfInvoice(ctx: Reader, invoiceId: string): Promise<CaseRow | null> {
  const [row = null] = await ctx.db
    .select()
    .from(dunningCases)
    .where(and(eq(dunningCases.orgId, ctx.orgId), eq(dunningCases.invoiceId, invoiceId)))
    .for('update')
  return row
}

/** Cases of a customer that are neither recovered nor closed, locked in a fixed order. */
export async function lockOpenCases(ctx: Reader, customerId: string): Promise<CaseRow[]> {
  return ctx.db
    .select()
    .from(dunningCases)
    .where(
      and(
        eq(dunningCases.orgId, ctx.orgId),
        eq(dunningCases.customerId, customerId),
        notInArray(dunningCases.state, ['recovered', 'closed']),
      ),
    )
    .orderBy(asc(dunningCases.id))
    .for('update')
}

/** The row as the rules read it. */
export function caseFacts(row: CaseRow): CaseFacts {
  return { ...row, declineClass: parseDeclineClass(row.declineClass) }
}

/** Everything about a case that a decision needs. */
export interface CaseSetting {
  readonly customer: Customer
  readonly policy: DunningPolicy
  readonly circumstances: Circumstances
}

/** The account, the policy and the circumstances of a case now. */
export async function loadSetting(
  ctx: Ctx,
  at: { readonly customerId: string; readonly invoiceId: string },
): Promise<CaseSetting> {
  const customer = await loadCustomer(ctx, at.customerId)
  const policy = dunningPolicyOf((await loadOrganization(ctx)).settings)
  return {
    customer,
    policy,
    circumstances: {
      now: ctx.now,
      timeZone: customer.timeZone,
      policy,
      accountStatus: customer.status,
      manualHold: customer.manualHold,
      paymentInFlight: await hasPaymentInFlight(ctx, at.invoiceId),
    },
  }
}

/** A charge whose end is not known. One that waits for the customer's confirmation is no such charge. */
async function hasPaymentInFlight(ctx: Reader, invoiceId: string): Promise<boolean> {
  const rows = await ctx.db
    .select({ id: payments.id })
    .from(payments)
    .where(
      and(
        eq(payments.orgId, ctx.orgId),
        eq(payments.invoiceId, invoiceId),
        inArray(payments.status, ['created', 'processing', 'unknown']),
      ),
    )
    .limit(1)
  return rows.length > 0
}

/** The invoice of a case. @throws not_found */
export async function loadInvoiceRow(ctx: Reader, id: string): Promise<InvoiceRow> {
  const [row] = await ctx.db
    .select()
    .from(invoices)
    .where(and(eq(invoices.orgId, ctx.orgId), eq(invoices.id, id)))
  if (!row) throw new AppError('not_found', `no invoice ${id}`)
  return row
}

/** What is still owed on an invoice. */
export function openAmount(invoice: InvoiceRow): bigint {
  return invoice.totalMinor - invoice.paidMinor - invoice.creditedMinor
}

/** Whether a dispute of the customer is open. */
export async function hasOpenDispute(ctx: Reader, customerId: string): Promise<boolean> {
  const rows = await rowsOf<{ one: number }>(
    ctx.db,
    sql`select 1 as one from disputes
      where org_id = ${ctx.orgId} and customer_id = ${customerId} and closed_at is null limit 1`,
  )
  return rows.length > 0
}
