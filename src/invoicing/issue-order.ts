import type { Ctx } from '#db/context.ts'
import { invoiceLines, invoices, invoiceTaxes } from '#db/schema/invoicing.ts'
import type { Customer } from '#src/customers/load-customer.ts'
import { hashOf } from '#src/kernel/canonical.ts'
import { currencyDigits, parseCurrency } from '#src/kernel/currency.ts'
import { DECIMAL_SCALE, decimalOf, formatDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { AppError } from '#src/kernel/errors.ts'
import { formatMinor, sumMinor } from '#src/kernel/money.ts'
import { describePlain } from '#src/pricing/describe.ts'
import type { LineWording } from '#src/pricing/phrases.ts'
import type { PricingDocument } from '#src/pricing/shapes.ts'
import { currentPricingVersion, pricingDocument } from '#src/subscriptions/pricing-documents.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { billingEmails, buyerOf } from './buyer.ts'
import type { DraftTax } from './decision.ts'
import { finalizeDrafts } from './finalize-drafts.ts'
import { sellerOf } from './seller.ts'
import { taxFor, taxMinor } from './tax/rules.ts'

interface Order {
  /** Of the invoice, chosen by the caller, who keeps it with what was ordered. */
  readonly id: string
  readonly customer: Customer
  readonly line: {
    readonly kind: string
    readonly wording: LineWording
    readonly netMinor: bigint
  }
}

/**
 * Invoices something that was ordered for itself: final at once, taxed by today's rules, charged and sent like any
 * invoice. It has a number of the present month's series and belongs to no subscription.
 */
export async function issueOrder(ctx: Ctx, order: Order): Promise<void> {
  const organization = await loadOrganization(ctx)
  const { customer, line, id } = order
  const seller = sellerOf(organization, ctx)
  const emails = await billingEmails(ctx, [customer.id])
  const { buyer, taxBuyer } = buyerOf(customer, emails.get(customer.id) ?? null)
  const document = await presentDocument(ctx)
  const taxes = taxFor({
    seller: seller.tax,
    buyer: taxBuyer,
    at: ctx.now,
    documentTax: document?.tax,
  }).map((component): DraftTax => ({
    ...component,
    baseMinor: line.netMinor,
    amountMinor: taxMinor(line.netMinor, component.rate),
    taxPoint: ctx.now,
  }))
  const tax = sumMinor(taxes.map(({ amountMinor }) => amountMinor))
  const content = {
    customerId: customer.id,
    currency: customer.currency,
    line,
    taxes: taxes.map(({ rate, taxPoint: _at, ...rest }) => ({
      ...rest,
      rate: formatDecimal(rate),
    })),
  }
  const period = ctx.now
    .toZonedDateTimeISO(organization.timeZone)
    .toPlainDate()
    .toPlainYearMonth()
    .toString()
  await ctx.db.insert(invoices).values({
    orgId: ctx.orgId,
    id,
    customerId: customer.id,
    subscriptionId: null,
    kind: 'order',
    period,
    periodStart: ctx.now,
    periodEnd: ctx.now,
    status: 'draft',
    currency: customer.currency,
    subtotalMinor: line.netMinor,
    taxMinor: tax,
    totalMinor: line.netMinor + tax,
    paidMinor: 0n,
    creditedMinor: 0n,
    seller: seller.party,
    buyer,
    pricingVersion: document?.version ?? '',
    contentHash: hashOf(content),
    paymentReference: '',
    publicToken: ctx.newId('tok').slice(-19) + ctx.newId('tok').slice(-19),
    createdAt: ctx.now,
  })
  await insertParts(ctx, order, taxes)
  // Nothing of it can come late: no grace period.
  const settings = { ...organization.settings, gracePeriodHours: 0 }
  await finalizeDrafts(ctx, { ...organization, settings }, { periodName: period, invoiceIds: [id] })
}

async function insertParts(
  ctx: Ctx,
  { id, customer, line }: Order,
  taxes: readonly DraftTax[],
): Promise<void> {
  const currency = parseCurrency(customer.currency)
  const own = { orgId: ctx.orgId, invoiceId: id }
  const unit = 10n ** BigInt(currencyDigits(currency))
  await ctx.db.insert(invoiceLines).values({
    ...own,
    position: 0,
    kind: line.kind,
    description: describePlain(line.wording, ': ', currency),
    wording: line.wording,
    quantity: decimalOf(1),
    unitPrice: ((line.netMinor * DECIMAL_SCALE) / unit) as Decimal,
    amountMinor: line.netMinor,
    exactAmount: formatMinor(line.netMinor, currency),
    periodStart: ctx.now,
    periodEnd: ctx.now,
  })
  if (taxes.length > 0)
    await ctx.db
      .insert(invoiceTaxes)
      .values(taxes.map((tax, position) => ({ ...own, ...tax, position })))
}

async function presentDocument(ctx: Ctx): Promise<PricingDocument | null> {
  try {
    return await pricingDocument(ctx, await currentPricingVersion(ctx))
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return null
    throw error
  }
}
