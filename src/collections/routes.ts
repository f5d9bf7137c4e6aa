import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { apiRouter } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { PageQuery } from '#src/kernel/paging.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { lockCase } from './case-rows.ts'
import { closeCase, sendFinalNotice } from './close-case.ts'
import { resumeCase } from './freeze-case.ts'
import { holdCustomer } from './hold-customer.ts'
import { listCases } from './list-cases.ts'
import { pauseCase } from './pause-case.ts'
import { promiseToPay } from './promise-to-pay.ts'
import { CaseView, caseView } from './views.ts'

const Reason = z.string().trim().min(1).max(500)
const params = z.object({ id: z.string() })
const BODIES = {
  pause: z.strictObject({ until: z.string(), reason: Reason }),
  promise: z.strictObject({ date: z.string() }),
  hold: z.strictObject({ hold: z.boolean().default(true), reason: Reason }),
  resume: z.strictObject({ reason: Reason }),
  close: z.strictObject({ reason: Reason, writeOff: z.boolean().default(false) }),
  finalNotice: z.strictObject({
    subject: z.string().trim().min(1).max(200),
    text: z.string().trim().min(1).max(8000),
  }),
}

const list = createRoute({
  method: 'get',
  path: '/api/dunning-cases',
  summary: 'Dunning cases in the order of their opening',
  middleware: requireRole('dunning', 'read'),
  request: {
    query: PageQuery.extend({
      customerId: z.string().optional(),
      state: CaseView.shape.state.optional(),
      open: z.stringbool().optional(),
    }),
  },
  responses: {
    200: {
      description: 'A page of cases',
      content: {
        'application/json': {
          schema: z.object({ data: z.array(CaseView), nextCursor: z.string().nullable() }),
        },
      },
    },
  },
})

/** What a person can do with a case: each answers with the case as it then is. */
function action<Body extends z.ZodType>(name: string, summary: string, body: Body) {
  return createRoute({
    method: 'post',
    path: `/api/dunning-cases/{id}/${name}`,
    summary,
    middleware: requireRole('dunning', 'write'),
    request: {
      params,
      body: { content: { 'application/json': { schema: body } }, required: true },
    },
    responses: {
      200: { description: 'The case', content: { 'application/json': { schema: CaseView } } },
    },
  })
}

const pause = action('pause', 'Let a case rest until an instant', BODIES.pause)
const promise = action('promise', 'Record the day a customer promises to pay by', BODIES.promise)
const hold = action('hold', "Leave the case's account alone, or let dunning go on", BODIES.hold)
const resume = action('resume', 'Let a frozen or paused case go on', BODIES.resume)
const close = action('close', 'End a case that stays unpaid', BODIES.close)
const finalNotice = action('final-notice', 'Send the last notice', BODIES.finalNotice)

/** `/api/dunning-cases`. */
export function collectionRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(list, async (c) => {
    const query = c.req.valid('query')
    const page = await c.get('scope').transact((ctx) => listCases(ctx, query))
    return c.json({ data: page.data.map(caseView), nextCursor: page.nextCursor }, 200)
  })
  app.openapi(pause, async (c) => {
    const caseId = c.req.valid('param').id
    const { until, reason } = c.req.valid('json')
    const row = await c.get('scope').transact(async (ctx) => {
      await pauseCase(ctx, { caseId, until: parseInstant(until, 'until'), reason })
      return lockCase(ctx, caseId)
    })
    return c.json(caseView(row), 200)
  })
  app.openapi(promise, async (c) => {
    const caseId = c.req.valid('param').id
    const { date } = c.req.valid('json')
    const row = await c.get('scope').transact(async (ctx) => {
      await promiseToPay(ctx, { caseId, date })
      return lockCase(ctx, caseId)
    })
    return c.json(caseView(row), 200)
  })
  app.openapi(hold, async (c) => {
    const caseId = c.req.valid('param').id
    const body = c.req.valid('json')
    const row = await c.get('scope').transact(async (ctx) => {
      const { customerId } = await lockCase(ctx, caseId)
      await holdCustomer(ctx, { customerId, ...body })
      return lockCase(ctx, caseId)
    })
    return c.json(caseView(row), 200)
  })
  app.openapi(resume, async (c) => {
    const caseId = c.req.valid('param').id
    const { reason } = c.req.valid('json')
    const row = await c.get('scope').transact(async (ctx) => {
      await resumeCase(ctx, { caseId, reason })
      return lockCase(ctx, caseId)
    })
    return c.json(caseView(row), 200)
  })
  app.openapi(close, async (c) => {
    const caseId = c.req.valid('param').id
    const body = c.req.valid('json')
    const row = await c.get('scope').transact(async (ctx) => {
      await closeCase(ctx, { caseId, ...body })
      return lockCase(ctx, caseId)
    })
    return c.json(caseView(row), 200)
  })
  app.openapi(finalNotice, async (c) => {
    const caseId = c.req.valid('param').id
    const body = c.req.valid('json')
    const row = await c.get('scope').transact(async (ctx) => {
      await sendFinalNotice(ctx, { caseId, ...body })
      return lockCase(ctx, caseId)
    })
    return c.json(caseView(row), 200)
  })
  return app
}
