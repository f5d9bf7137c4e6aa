import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Ctx } from '#db/context.ts'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { PageQuery } from '#src/kernel/paging.ts'
import { archiveCoupon, defineCoupon } from './define-coupon.ts'
import {
  listCoupons,
  listRedemptions,
  loadCoupon,
  redemptionCounts,
  withUses,
  type RedemptionRow,
} from './load-coupons.ts'
import { endRedemption, redeemCoupon } from './redeem-coupon.ts'
import type { CouponRow } from './rules.ts'
import { NewCoupon, NewRedemption } from './shapes.ts'
import { CouponView, couponView, RedemptionView, redemptionView } from './views.ts'

const params = z.object({ id: z.string() })
// What a coupon takes off is a price; who redeems one is like who books an add-on.
const read = requireRole('pricing', 'read')
const write = requireRole('pricing', 'write')
const redeemers = requireRole('subscriptions', 'write')

const create = createRoute({
  method: 'post',
  path: '/api/coupons',
  summary: 'Define a coupon',
  middleware: write,
  request: { body: { ...json(NewCoupon), required: true } },
  responses: { 201: json(CouponView, 'The coupon') },
})

const list = createRoute({
  method: 'get',
  path: '/api/coupons',
  summary: 'Coupons by code',
  middleware: read,
  request: { query: PageQuery },
  responses: {
    200: json(z.object({ data: z.array(CouponView), nextCursor: z.string().nullable() })),
  },
})

const show = createRoute({
  method: 'get',
  path: '/api/coupons/{id}',
  summary: 'A coupon',
  middleware: read,
  request: { params },
  responses: { 200: json(CouponView, 'The coupon') },
})

const archive = createRoute({
  method: 'delete',
  path: '/api/coupons/{id}',
  summary: 'Archive a coupon: nobody can redeem it any more, who has it keeps it',
  middleware: write,
  request: { params },
  responses: { 200: json(CouponView, 'The coupon') },
})

const redeem = createRoute({
  method: 'post',
  path: '/api/coupons/{id}/redemptions',
  summary: 'Redeem a coupon for a customer or one subscription, from its next invoice on',
  middleware: redeemers,
  request: { params, body: { ...json(NewRedemption), required: true } },
  responses: { 201: json(RedemptionView, 'The redemption') },
})

const redemptions = createRoute({
  method: 'get',
  path: '/api/coupon-redemptions',
  summary: 'Redeemed coupons with what they have taken off',
  middleware: requireRole('subscriptions', 'read'),
  request: {
    query: PageQuery.extend({
      couponId: z.string().optional(),
      customerId: z.string().optional(),
      subscriptionId: z.string().optional(),
    }),
  },
  responses: {
    200: json(z.object({ data: z.array(RedemptionView), nextCursor: z.string().nullable() })),
  },
})

const end = createRoute({
  method: 'delete',
  path: '/api/coupon-redemptions/{id}',
  summary: 'End a redemption: it takes nothing off the next invoices',
  middleware: redeemers,
  request: { params },
  responses: { 200: json(RedemptionView, 'The redemption') },
})

/** `/api/coupons`, `/api/coupon-redemptions`. */
export function couponRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(create, async (c) => {
    const body = await c.req.json<z.input<typeof NewCoupon>>()
    const coupon = await c
      .get('scope')
      .transact(async (ctx) => counted(ctx, await defineCoupon(ctx, body)))
    return c.json(coupon, 201)
  })
  app.openapi(list, async (c) => {
    const query = c.req.valid('query')
    const body = await c.get('scope').transact(async (ctx) => {
      const page = await listCoupons(ctx, query)
      return { data: await shown(ctx, page.data), nextCursor: page.nextCursor }
    })
    return c.json(body, 200)
  })
  app.openapi(show, async (c) => {
    const { id } = c.req.valid('param')
    const body = await c
      .get('scope')
      .transact(async (ctx) => counted(ctx, await loadCoupon(ctx, id)))
    return c.json(body, 200)
  })
  app.openapi(archive, async (c) => {
    const couponId = c.req.valid('param').id
    const body = await c
      .get('scope')
      .transact(async (ctx) => counted(ctx, await archiveCoupon(ctx, { couponId })))
    return c.json(body, 200)
  })
  app.openapi(redeem, async (c) => {
    const body = await c.req.json<z.input<typeof NewRedemption>>()
    const couponId = c.req.valid('param').id
    const row = await c
      .get('scope')
      .transact(async (ctx) => used(ctx, await redeemCoupon(ctx, { ...body, couponId })))
    return c.json(row, 201)
  })
  app.openapi(redemptions, async (c) => {
    const query = c.req.valid('query')
    const page = await c.get('scope').transact((ctx) => listRedemptions(ctx, query))
    return c.json({ data: page.data.map(redemptionView), nextCursor: page.nextCursor }, 200)
  })
  app.openapi(end, async (c) => {
    const redemptionId = c.req.valid('param').id
    const row = await c
      .get('scope')
      .transact(async (ctx) => used(ctx, await endRedemption(ctx, { redemptionId })))
    return c.json(row, 200)
  })
  return app
}

async function shown(ctx: Ctx, rows: readonly CouponRow[]) {
  const counts = await redemptionCounts(
    ctx,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => couponView(row, counts.get(row.id) ?? 0))
}

async function counted(ctx: Ctx, row: CouponRow) {
  return couponView(row, (await redemptionCounts(ctx, [row.id])).get(row.id) ?? 0)
}

async function used(ctx: Ctx, row: RedemptionRow) {
  const [redemption = { ...row, uses: [] }] = await withUses(ctx, [row])
  return redemptionView(redemption)
}
