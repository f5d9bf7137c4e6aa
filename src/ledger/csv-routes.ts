import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { stream } from 'hono/streaming'
import { apiRouter } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { accountBalances, trialBalance } from './balances.ts'
import { balancesCsv, journalCsv, statementCsv, trialBalanceCsv } from './csv.ts'
import { BalanceQuery, CutQuery, JournalFilter, RangeQuery } from './queries.ts'
import { requireCustomer } from './require-customer.ts'

const read = requireRole('ledger', 'read')
const file = {
  200: { description: 'A CSV file', content: { 'text/csv': { schema: z.string() } } },
}

const balances = createRoute({
  method: 'get',
  path: '/api/ledger/balances.csv',
  summary: 'Account balances as of an instant, as CSV',
  middleware: read,
  request: { query: BalanceQuery },
  responses: file,
})

const trial = createRoute({
  method: 'get',
  path: '/api/ledger/trial-balance.csv',
  summary: 'The trial balance as of an instant, as CSV',
  middleware: read,
  request: { query: CutQuery },
  responses: file,
})

const journal = createRoute({
  method: 'get',
  path: '/api/ledger/journal.csv',
  summary: 'The general journal as CSV, a line an entry',
  middleware: read,
  request: { query: JournalFilter },
  responses: file,
})

const statement = createRoute({
  method: 'get',
  path: '/api/customers/{id}/statement.csv',
  summary: 'A statement of account as CSV',
  middleware: read,
  request: { params: z.object({ id: z.string() }), query: RangeQuery },
  responses: file,
})

function headers(name: string): Record<string, string> {
  return {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${name}.csv"`,
    'cache-control': 'private, no-store',
  }
}

/** The ledger's answers as files; no cell is a formula. */
export function csvRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(balances, async (c) => {
    const rows = await c.get('scope').transact((ctx) => accountBalances(ctx, c.req.valid('query')))
    return c.body(balancesCsv(rows), 200, headers('balances'))
  })
  app.openapi(trial, async (c) => {
    const found = await c.get('scope').transact((ctx) => trialBalance(ctx, c.req.valid('query')))
    return c.body(trialBalanceCsv(found), 200, headers('trial-balance'))
  })
  app.openapi(journal, (c) => {
    const lines = journalCsv(c.get('scope'), c.req.valid('query'))
    for (const [name, value] of Object.entries(headers('journal'))) c.header(name, value)
    return stream(c, async (out) => {
      for await (const text of lines) await out.write(text)
    })
  })
  app.openapi(statement, async (c) => {
    const { id } = c.req.valid('param')
    const scope = c.get('scope')
    await scope.transact((ctx) => requireCustomer(ctx, id))
    const lines = statementCsv(scope, id, c.req.valid('query'))
    for (const [name, value] of Object.entries(headers('statement'))) c.header(name, value)
    return stream(c, async (out) => {
      for await (const text of lines) await out.write(text)
    })
  })
  return app
}
