import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { accountBalances, trialBalance } from './balances.ts'

const read = requireRole('ledger', 'read')
const At = z.iso.datetime({ offset: true }).optional()

const BalanceView = z
  .object({ account: z.string(), currency: z.string(), balanceMinor: z.string() })
  .openapi('AccountBalance')

const totals = { currency: z.string(), debitMinor: z.string(), creditMinor: z.string() }
const TrialBalanceView = z
  .object({
    rows: z.array(z.object({ account: z.string(), ...totals })),
    totals: z.array(z.object(totals)),
    balanced: z.boolean(),
  })
  .openapi('TrialBalance')

const balances = createRoute({
  method: 'get',
  path: '/api/ledger/balances',
  summary: 'Account balances as of an instant; debits are positive',
  middleware: read,
  request: {
    query: z.object({
      account: z.string().optional(),
      customerId: z.string().optional(),
      at: At,
    }),
  },
  responses: { 200: json(z.object({ data: z.array(BalanceView) })) },
})

const trial = createRoute({
  method: 'get',
  path: '/api/ledger/trial-balance',
  summary: 'Debits and credits of every account as of an instant',
  middleware: read,
  request: { query: z.object({ at: At }) },
  responses: { 200: json(TrialBalanceView) },
})

/** `/api/ledger`. */
export function ledgerRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(balances, async (c) => {
    const { account, customerId, at } = c.req.valid('query')
    const rows = await c.get('scope').transact((ctx) =>
      accountBalances(ctx, {
        ...(account === undefined ? {} : { account }),
        ...(customerId === undefined ? {} : { customerId }),
        ...(at === undefined ? {} : { at: parseInstant(at, 'at') }),
      }),
    )
    const data = rows.map((row) => ({ ...row, balanceMinor: row.balanceMinor.toString() }))
    return c.json({ data }, 200)
  })
  app.openapi(trial, async (c) => {
    const { at } = c.req.valid('query')
    const found = await c
      .get('scope')
      .transact((ctx) => trialBalance(ctx, at === undefined ? undefined : parseInstant(at, 'at')))
    const { balanced } = found
    const rows = found.rows.map((row) => ({ ...row, ...sumsInText(row) }))
    const sums = found.totals.map((row) => ({ ...row, ...sumsInText(row) }))
    return c.json({ rows, totals: sums, balanced }, 200)
  })
  return app
}

function sumsInText(row: { readonly debitMinor: bigint; readonly creditMinor: bigint }) {
  return { debitMinor: row.debitMinor.toString(), creditMinor: row.creditMinor.toString() }
}
