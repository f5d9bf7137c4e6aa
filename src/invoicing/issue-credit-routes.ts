import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { MinorOrFull, OnceKey, Reason } from '#src/http/money-fields.ts'
import { ExpectedHash } from '#src/http/preview.ts'
import { requireRole } from '#src/http/require-role.ts'
import { actorName } from '#src/kernel/ids.ts'
import { creditAndRefund } from '#src/payments/credit-and-refund.ts'
import type { CreditWish } from './credit-decision.ts'
import { previewCreditNote } from './issue-credit-note.ts'
import { MoneyPreviewView, moneyPreviewView } from './money-effects.ts'
import { CreditNoteView, creditNoteView } from './views.ts'

const params = z.object({ id: z.string() })

/** A net sum over the whole invoice, or lines of it. */
const wish = {
  netMinor: MinorOrFull.optional(),
  lines: z
    .array(z.strictObject({ position: z.number().int().min(0), netMinor: MinorOrFull }))
    .max(1000)
    .optional(),
}

interface WishBody {
  readonly netMinor?: 'full' | bigint | undefined
  readonly lines?: readonly { position: number; netMinor: 'full' | bigint }[] | undefined
}

const oneOf = {
  check: ({ netMinor, lines }: WishBody) => (netMinor === undefined) !== (lines === undefined),
  params: { path: ['netMinor'], error: 'say either netMinor or lines' },
}

function wishOf({ netMinor, lines }: WishBody): CreditWish {
  return lines === undefined ? { netMinor: netMinor ?? 'full' } : { lines }
}

const preview = createRoute({
  method: 'post',
  path: '/api/invoices/{id}/credit-notes/preview',
  summary: 'What a credit note would do, with the hash the commit may demand',
  middleware: requireRole('invoices', 'read'),
  request: {
    params,
    body: { ...json(z.strictObject(wish).refine(oneOf.check, oneOf.params)), required: true },
  },
  responses: { 200: json(MoneyPreviewView) },
})

const NewCreditNote = z
  .strictObject({
    ...wish,
    reason: Reason,
    key: OnceKey,
    /** What was paid already of it: the customer's credit, or back to where it came from. */
    freed: z.enum(['customer_credit', 'refund']).default('customer_credit'),
    expectedHash: ExpectedHash,
  })
  .refine(oneOf.check, oneOf.params)

const issue = createRoute({
  method: 'post',
  path: '/api/invoices/{id}/credit-notes',
  summary: 'Credit a part of an invoice, some of its lines, or all that is left of it',
  middleware: requireRole('invoices', 'write'),
  request: { params, body: { ...json(NewCreditNote), required: true } },
  responses: { 201: json(CreditNoteView) },
})

/** `/api/invoices/<id>/credit-notes` and its preview twin. */
export function issueCreditRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(preview, async (c) => {
    const { id: invoiceId } = c.req.valid('param')
    const wanted = wishOf(c.req.valid('json'))
    const found = await c
      .get('scope')
      .transact((ctx) => previewCreditNote(ctx, { invoiceId, ...wanted }))
    return c.json(moneyPreviewView(found), 200)
  })
  app.openapi(issue, async (c) => {
    const { id: invoiceId } = c.req.valid('param')
    const { reason, key, freed, expectedHash, ...body } = c.req.valid('json')
    const { note, refundIds } = await c.get('scope').transact((ctx) =>
      creditAndRefund(ctx, {
        ...wishOf(body),
        invoiceId,
        reason,
        approvedBy: actorName(ctx.actor),
        key: `api:${invoiceId}:${key}`,
        freed,
        ...(expectedHash === undefined ? {} : { expectedHash }),
      }),
    )
    return c.json(creditNoteView(note, refundIds), 201)
  })
  return app
}
