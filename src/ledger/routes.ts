import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { PageQuery } from '#src/kernel/paging.ts'
import { accountBalances, trialBalance } from './balances.ts'
import { CHART } from './chart.ts'
import { csvRoutes } from './csv-routes.ts'
import { customerStatement } from './customer-statement.ts'
import { listJournal } from './list-journal.ts'
import { BalanceQuery, CutQuery, JournalFilter, RangeQuery } from './queries.ts'
import { requireCustomer } from './require-customer.ts'
import {
  AccountView,
  BalanceView,
  JournalView,
  journalView,
  StatementView,
  statementView,
  TrialBalanceView,
} from './views.ts'

const read = requireRole('ledger', 'read')

const accounts = createRoute({
  method: 'get',
  path: '/api/ledger/accounts',
  summary: 'The chart of accounts; a name that ends in ":" begins those of a group',
  middleware: read,
  responses: { 200: json(z.object({ data: z.array(AccountView) })) },
})

const balances = createRoute({
  method: 'get',
  path: '/api/ledger/balances',
  summary: 'Account balances as of an instant; debits are positive',
  middleware: read,
  request: { query: BalanceQuery },
  responses: { 200: json(z.object({ data: z.array(BalanceView) })) },
})

const trial = createRoute({
  method: 'get',
  path: '/api/ledger/trial-balance',
  summary: 'Debits and credits of every account as of an instant',
  middleware: read,
  request: { query: CutQuery },
  responses: { 200: json(TrialBalanceView) },
})

const journal = createRoute({
  method: 'get',
  path: '/api/ledger/journal',
  summary: 'The general journal: every transaction with its entries, oldest first',
  middleware: read,
  request: { query: JournalFilter.extend(PageQuery.shape) },
  responses: {
    200: json(z.object({ data: z.array(JournalView), nextCursor: z.string().nullable() })),
  },
})

const statement = createRoute({
  method: 'get',
  path: '/api/customers/{id}/statement',
  summary: 'A statement of account: opening and closing balance, and what moved between',
  middleware: read,
  request: {
    params: z.object({ id: z.string() }),
    query: RangeQuery.extend(PageQuery.shape),
  },
  responses: { 200: json(StatementView) },
})

/** `/api/ledger`, and `/api/customers/<id>/statement`. */
export function ledgerRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(accounts, (c) => c.json({ data: CHART.map((account) => ({ ...account })) }, 200))
  app.openapi(balances, async (c) => {
    const rows = await c.get('scope').transact((ctx) => accountBalances(ctx, c.req.valid('query')))
    const data = rows.map((row) => ({ ...row, balanceMinor: row.balanceMinor.toString() }))
    return c.json({ data }, 200)
  })
  app.openapi(trial, async (c) => {
    const found = await c.get('scope').transact((ctx) => trialBalance(ctx, c.req.valid('query')))
    const { balanced } = found
    const rows = found.rows.map((row) => ({ ...row, ...sumsInText(row) }))
    const sums = found.totals.map((row) => ({ ...row, ...sumsInText(row) }))
    return c.json({ rows, totals: sums, balanced }, 200)
  })
  app.openapi(journal, async (c) => {
    const page = await c.get('scope').transact((ctx) => listJournal(ctx, c.req.valid('query')))
    return c.json({ data: page.data.map(journalView), nextCursor: page.nextCursor }, 200)
  })
  app.openapi(statement, async (c) => {
    const { id } = c.req.valid('param')
    const found = await c.get('scope').transact(async (ctx) => {
      await requireCustomer(ctx, id)
      return customerStatement(ctx, id, c.req.valid('query'))
    })
    return c.json(statementView(id, found), 200)
  })
  app.route('/', csvRoutes())
  return app
}

function sumsInText(row: { readonly debitMinor: bigint; readonly creditMinor: bigint }) {
  return { debitMinor: row.debitMinor.toString(), creditMinor: row.creditMinor.toString() }
}
