import { z } from '@hono/zod-openapi'
import { parseInstant, type Instant } from '#src/kernel/time.ts'

/** An instant of a query as a value; the document says what it looks like. */
const At = z.iso
  .datetime({ offset: true })
  .transform((text): Instant => parseInstant(text))
  .openapi({ type: 'string', format: 'date-time' })

const cut = {
  at: At.optional().openapi({ description: 'What was posted at this instant counts.' }),
  before: At.optional().openapi({ description: 'What was posted at this instant does not count.' }),
}

const ONE_CUT = { path: ['before'], error: 'does not go with at' }
const isOneCut = (query: { at?: unknown; before?: unknown }) =>
  query.at === undefined || query.before === undefined

/** As of when. */
export const CutQuery = z.object(cut).refine(isOneCut, ONE_CUT)

export const BalanceQuery = z
  .object({
    ...cut,
    account: z.string().optional(),
    currency: z.string().optional(),
    customerId: z.string().optional(),
    invoiceId: z.string().optional(),
  })
  .refine(isOneCut, ONE_CUT)

/** Half open: `from` belongs to it, `to` does not. */
export const RangeQuery = z.object({ from: At.optional(), to: At.optional() })

export const JournalFilter = RangeQuery.extend({
  account: z.string().optional(),
  customerId: z.string().optional(),
})
