import { createRoute, OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { PageQuery } from '#src/kernel/paging.ts'
import { invalidInput } from '#src/kernel/parse.ts'
import { assignBankTransaction } from './assign-bank-transaction.ts'
import { importStatement } from './import-statement.ts'
import { listBankTransactions } from './list-bank-transactions.ts'
import { BankAssignment, BankTransactionView, StatementSummaryView } from './shapes.ts'
import { StatementMapping } from './statement-csv.ts'

const json = <Schema extends z.ZodType>(schema: Schema) => ({
  content: { 'application/json': { schema } },
})

const importFile = createRoute({
  method: 'post',
  path: '/api/bank-statements',
  summary: 'Import a bank statement (CSV); the same file again changes nothing',
  middleware: [requireRole('payments', 'write')] as const,
  request: {
    // Names of columns, where the headings are unusual.
    query: StatementMapping,
    body: { content: { 'text/csv': { schema: z.string() } }, required: true },
  },
  responses: { 200: { description: 'What was matched', ...json(StatementSummaryView) } },
})

const list = createRoute({
  method: 'get',
  path: '/api/bank-transactions',
  summary: 'Lines of bank statements; status=review is the list a person decides',
  middleware: [requireRole('payments', 'read')] as const,
  request: {
    query: PageQuery.extend({ status: z.enum(['matched', 'review', 'ignored']).optional() }),
  },
  responses: {
    200: {
      description: 'A page',
      ...json(z.object({ data: z.array(BankTransactionView), nextCursor: z.string().nullable() })),
    },
  },
})

const assign = createRoute({
  method: 'post',
  path: '/api/bank-transactions/{id}/assign',
  summary: 'Say what a transfer in review pays',
  middleware: [requireRole('payments', 'write')] as const,
  request: {
    params: z.object({ id: z.string() }),
    body: { ...json(BankAssignment), required: true },
  },
  responses: { 204: { description: 'Booked' } },
})

/** Bank statements and their review list. */
export function bankRoutes(): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw invalidInput(result.error)
    },
  })
  app.openapi(importFile, async (c) => {
    const csv = await c.req.text()
    if (csv.trim() === '') throw invalidField('(body)', 'is empty')
    const mapping = c.req.valid('query')
    return c.json(
      await c.get('scope').transact((ctx) => importStatement(ctx, { csv, mapping })),
      200,
    )
  })
  app.openapi(list, async (c) => {
    const query = c.req.valid('query')
    return c.json(await c.get('scope').transact((ctx) => listBankTransactions(ctx, query)), 200)
  })
  app.openapi(assign, async (c) => {
    const input = { id: c.req.valid('param').id, invoiceId: c.req.valid('json').invoiceId }
    await c.get('scope').transact((ctx) => assignBankTransaction(ctx, input))
    return c.body(null, 204)
  })
  return app
}
