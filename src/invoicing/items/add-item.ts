import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Ctx } from '#db/context.ts'
import { invoiceItems } from '#db/schema/invoicing.ts'
import { creationHash } from '#src/customers/creation-hash.ts'
import { loadCustomer } from '#src/customers/load-customer.ts'
import { hashOf } from '#src/kernel/canonical.ts'
import { currencyDigits, parseCurrency } from '#src/kernel/currency.ts'
import { decimalOf, formatDecimal } from '#src/kernel/decimal.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { exactOf, multiplyExact, roundToMinor } from '#src/kernel/exact.ts'
import { parseInput } from '#src/kernel/parse.ts'
import { Temporal, type Instant } from '#src/kernel/time.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { NewItem } from './shapes.ts'

type ItemRow = typeof invoiceItems.$inferSelect

/** Whole currency units: beyond it a price is a slip of the hand, and the books could not hold it. */
const LARGEST = decimalOf(1_000_000_000_000n)

/**
 * A one-off item that waits for the customer's next invoice, which takes it up once. With an `id` of the caller's the
 * same request again returns the item as it stands.
 * @throws not_found for the customer; invalid_input naming each field; conflict when the id is taken.
 */
export async function addItem(ctx: Ctx, input: z.input<typeof NewItem>): Promise<ItemRow> {
  const wanted = parseInput(NewItem, input)
  const inputHash = hashOf({ ...wanted, date: wanted.date?.toString() })
  const customer = await loadCustomer(ctx, wanted.customerId)
  if (wanted.currency !== undefined && wanted.currency !== customer.currency)
    throw invalidField('currency', `the customer's currency is ${customer.currency}`)
  refuseOversized(wanted, customer.currency)
  const [row] = await ctx.db
    .insert(invoiceItems)
    .values({
      orgId: ctx.orgId,
      id: wanted.id ?? ctx.newId('itm'),
      customerId: customer.id,
      description: wanted.description,
      quantity: wanted.quantity,
      unitPrice: wanted.unitPrice,
      currency: customer.currency,
      date: instantOf(wanted.date, customer.timeZone) ?? ctx.now,
      createdAt: ctx.now,
      invoiceId: null,
    })
    .onConflictDoNothing()
    .returning()
  if (!row) return sameItem(ctx, wanted.id ?? '', inputHash)
  await recordAudit(ctx, {
    action: 'invoice_item.added',
    subject: { type: 'invoice_item', id: row.id },
    reason: `${formatDecimal(row.quantity)} × ${row.currency} ${formatDecimal(row.unitPrice)} for customer ${row.customerId}`,
    data: { inputHash, customerId: row.customerId },
  })
  return row
}

/** A day begins where the customer is. */
function instantOf(date: z.output<typeof NewItem>['date'], timeZone: string): Instant | undefined {
  return date instanceof Temporal.PlainDate ? date.toZonedDateTime(timeZone).toInstant() : date
}

function refuseOversized({ quantity, unitPrice }: z.output<typeof NewItem>, code: string): void {
  const amount = multiplyExact(exactOf(quantity), exactOf(unitPrice))
  const digits = currencyDigits(parseCurrency(code))
  const limit = roundToMinor(exactOf(LARGEST), digits, 'nearest')
  const amountMinor = roundToMinor(amount, digits, 'nearest')
  if (amountMinor > limit || amountMinor < -limit)
    throw invalidField(
      'unitPrice',
      `times the quantity is beyond ${formatDecimal(LARGEST)} ${code}`,
    )
}

async function sameItem(ctx: Ctx, id: string, inputHash: string): Promise<ItemRow> {
  const made = await creationHash(ctx, 'invoice_item.added', { type: 'invoice_item', id })
  const [row] = await ctx.db
    .select()
    .from(invoiceItems)
    .where(and(eq(invoiceItems.orgId, ctx.orgId), eq(invoiceItems.id, id)))
  if (!row || made !== inputHash)
    throw new AppError('conflict', `item ${id} exists already with other content`)
  return row
}
