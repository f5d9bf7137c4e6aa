import { z } from 'zod'
import { Temporal } from '#src/kernel/time.ts'
import { AboveZero, At, decimalWhere, OwnId } from '#src/subscriptions/fields.ts'

/** "2026-02-15" in the customer's calendar, or an instant. */
const ItemDate = z
  .union(
    [
      z
        .string()
        .regex(/^\d{4}-\d\d-\d\d$/)
        .refine(isDay)
        .transform((text) => Temporal.PlainDate.from(text)),
      At,
    ],
    { error: 'must be a day like 2026-02-15 or an instant like 2026-02-15T09:00:00Z' },
  )
  .meta({ type: 'string' })

function isDay(text: string): boolean {
  try {
    Temporal.PlainDate.from(text, { overflow: 'reject' })
    return true
  } catch {
    return false
  }
}

/** A one-off item for a customer's next invoice (REQUIREMENTS P3). */
export const NewItem = z.strictObject({
  /** The caller's own id; with it a repeated request is recognised. */
  id: OwnId.exactOptional(),
  customerId: z.string().min(1).max(200),
  description: z.string().trim().min(1).max(500),
  quantity: AboveZero.prefault('1'),
  /** Whole currency units, before tax; below zero it takes off. */
  unitPrice: decimalWhere((value) => value !== 0n, 'must be a decimal other than zero'),
  /** The customer's, which is also the default. */
  currency: z.string().exactOptional(),
  /** When it was rendered; default: now. An invoice made before that day does not take it up. */
  date: ItemDate.exactOptional(),
})
