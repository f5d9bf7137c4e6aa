import { z } from 'zod'
import { decimalOf } from '#src/kernel/decimal.ts'
import { isBefore, parseTimeZone } from '#src/kernel/time.ts'
import { Coupon } from './coupon-shapes.ts'
import { CreditInput } from './credit-input.ts'
import { ExactDecimal, InstantValue, NameText, PositiveOrZero, PropertyText } from './fields.ts'
import { readJson } from './json.ts'
import { invalidSource, problemsOf } from './problems.ts'
import { lineFinder } from './source.ts'

const Customer = z.strictObject({
  /** Only coupons that are for certain customers look at it. */
  id: NameText.optional(),
  /** ISO 3166-1 alpha-2. */
  country: z
    .string()
    .transform((text) => text.toUpperCase())
    .pipe(z.string().regex(/^[A-Z]{2}$/, 'must be a country code like DE')),
  /** "OR" or "US-OR". */
  region: NameText.optional(),
  postcode: NameText.optional(),
  taxId: NameText.optional(),
  taxExempt: z.boolean().default(false),
  /** Whose calendar days proration counts; UTC when absent. */
  timeZone: z.string().refine(isTimeZone, 'is not an IANA time zone').default('UTC'),
})
export type RateCustomer = z.infer<typeof Customer>

const Event = z.strictObject({
  metric: NameText,
  timestamp: InstantValue,
  quantity: ExactDecimal,
  properties: z.record(z.string(), PropertyText).default({}),
})

const Period = z
  .strictObject({ start: InstantValue, end: InstantValue })
  .refine(({ start, end }) => isBefore(start, end), { path: ['end'], error: 'must be after start' })

const AddOn = z
  .strictObject({
    id: NameText,
    quantity: PositiveOrZero.default(decimalOf(1)),
    from: InstantValue.optional(),
    to: InstantValue.optional(),
  })
  .refine(({ from, to }) => !from || !to || isBefore(from, to), {
    path: ['to'],
    error: 'must be after from',
  })

/** USAGE.json of `rate` (DESIGN §5). Strict: a field that is not known is an error that names it. */
const UsageInput = z.strictObject({
  plan: NameText,
  period: Period,
  customer: Customer,
  usage: z.record(NameText, ExactDecimal),
  events: z.array(Event).default([]),
  addons: z.array(AddOn).default([]),
  changes: z.array(z.strictObject({ at: InstantValue, plan: NameText })).default([]),
  startedAt: InstantValue.optional(),
  canceledAt: InstantValue.optional(),
  coupons: z.array(Coupon).default([]),
  credits: z.array(CreditInput).default([]),
})
export type UsageInput = z.infer<typeof UsageInput>

/** @throws invalid_input listing every problem with field and line. */
export function parseUsageInput(text: string, fileName = 'usage'): UsageInput {
  // Lines are looked up only once something is wrong: the line-keeping reader is slow on many events.
  return checkedUsage(readJson(text, fileName), fileName, lineFinder(text))
}

/** The same from a value that `readJson` made. @throws invalid_input listing every problem with its field. */
export function checkedUsage(
  value: unknown,
  name: string,
  lineOf?: (path: string) => number | undefined,
): UsageInput {
  const parsed = UsageInput.safeParse(value, { reportInput: true })
  if (!parsed.success) throw invalidSource(name, problemsOf(parsed.error), lineOf)
  const { startedAt, canceledAt } = parsed.data
  if (startedAt && canceledAt && isBefore(canceledAt, startedAt))
    throw invalidSource(name, [{ path: 'canceledAt', message: 'must not be before startedAt' }])
  return parsed.data
}

function isTimeZone(text: string): boolean {
  try {
    parseTimeZone(text)
    return true
  } catch {
    return false
  }
}
