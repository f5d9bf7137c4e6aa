import { and, desc, eq, isNotNull } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { enqueue } from '#db/outbox.ts'
import { taxIdChecks } from '#db/schema/customers.ts'
import { invoices } from '#db/schema/invoicing.ts'
import { loadCustomer, type Customer } from '#src/customers/load-customer.ts'
import { isInVies } from '#src/customers/tax-id.ts'
import { AppError } from '#src/kernel/errors.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { buyerOf } from '../buyer.ts'
import { sellerOf } from '../seller.ts'
import { openQuestion, type Hold } from './open-questions.ts'
import { taxFor } from './rules.ts'
import type { TaxComponent } from './sale.ts'

/** How many answers about a VAT ID are shown, the newest. */
const SHOWN = 20

export interface CustomerTax {
  readonly customer: Customer
  readonly checks: readonly (typeof taxIdChecks.$inferSelect)[]
  /** What a sale would carry now by our own table, whatever a pricing document adds. */
  readonly taxes: readonly TaxComponent[]
  /** What would keep a draft from being finalized now. */
  readonly open: Hold | null
  readonly held: readonly {
    readonly invoiceId: string
    readonly period: string
    readonly code: string | null
    readonly reason: string | null
  }[]
}

/** How a customer is taxed and why: place, VAT ID with its evidence, drafts that wait. @throws not_found */
export async function loadCustomerTax(ctx: Ctx, customerId: string): Promise<CustomerTax> {
  const customer = await loadCustomer(ctx, customerId)
  const seller = sellerOf(await loadOrganization(ctx), ctx)
  const { taxBuyer, taxIdRecord } = buyerOf(customer, null)
  const sale = { seller: seller.tax, buyer: taxBuyer, at: ctx.now }
  return {
    customer,
    taxes: taxFor(sale),
    open: openQuestion(sale, taxIdRecord, seller.taxIdPolicy, ctx.now),
    checks: await ctx.db
      .select()
      .from(taxIdChecks)
      .where(and(eq(taxIdChecks.orgId, ctx.orgId), eq(taxIdChecks.customerId, customerId)))
      .orderBy(desc(taxIdChecks.checkedAt), desc(taxIdChecks.id))
      .limit(SHOWN),
    held: await ctx.db
      .select({
        invoiceId: invoices.id,
        period: invoices.period,
        code: invoices.holdCode,
        reason: invoices.holdReason,
      })
      .from(invoices)
      .where(
        and(
          eq(invoices.orgId, ctx.orgId),
          eq(invoices.customerId, customerId),
          isNotNull(invoices.holdCode),
        ),
      ),
  }
}

/**
 * Has the register asked about a customer's VAT ID again, whatever is known of it.
 * @throws not_found; refused when there is no ID that a register could know.
 */
export async function requestTaxIdCheck(ctx: Ctx, customerId: string): Promise<void> {
  const { taxId } = await loadCustomer(ctx, customerId)
  if (taxId === null) throw new AppError('refused', 'taxId: the customer has none')
  if (!isInVies(taxId))
    throw new AppError('refused', `taxId: VIES has no numbers like ${taxId.slice(0, 2)}…`)
  await enqueue(ctx, {
    job: 'CHECK_TAX_ID',
    key: `${customerId}:${taxId}:asked:${ctx.now.toString()}`,
    payload: { customerId },
  })
}
