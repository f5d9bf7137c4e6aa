import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { creditBalance } from '#src/credits/credit-balance.ts'
import { CreditBalanceView, creditBalanceView } from '#src/credits/views.ts'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { PageQuery } from '#src/kernel/paging.ts'
import { addContact } from './add-contact.ts'
import { createCustomer } from './create-customer.ts'
import { listCustomers } from './list-customers.ts'
import { contactsOf, loadCustomer } from './load-customer.ts'
import { ContactView, contactView, CustomerView, customerView } from './views.ts'
import { CustomerChange, NewContact, NewCustomer } from './shapes.ts'
import { updateCustomer } from './update-customer.ts'

const params = z.object({ id: z.string() })
const Detail = CustomerView.extend({
  contacts: z.array(ContactView),
  /** Prepaid and promotional credit, now. */
  credit: CreditBalanceView,
})
const read = requireRole('customers', 'read')
const write = requireRole('customers', 'write')

const create = createRoute({
  method: 'post',
  path: '/api/customers',
  summary: 'Create an account under your own id',
  middleware: write,
  request: { body: { ...json(NewCustomer), required: true } },
  responses: { 201: json(CustomerView, 'The account') },
})

const list = createRoute({
  method: 'get',
  path: '/api/customers',
  summary: 'Accounts by id',
  middleware: read,
  request: {
    query: PageQuery.extend({
      status: z.enum(['trial', 'active', 'past_due', 'suspended', 'churned']).optional(),
    }),
  },
  responses: {
    200: json(
      z.object({ data: z.array(CustomerView), nextCursor: z.string().nullable() }),
      'A page of accounts',
    ),
  },
})

const show = createRoute({
  method: 'get',
  path: '/api/customers/{id}',
  summary: 'An account with its contacts',
  middleware: read,
  request: { params },
  responses: { 200: json(Detail, 'The account') },
})

const change = createRoute({
  method: 'patch',
  path: '/api/customers/{id}',
  summary: 'Change what the body names',
  middleware: write,
  request: { params, body: { ...json(CustomerChange), required: true } },
  responses: { 200: json(CustomerView, 'The account') },
})

const contact = createRoute({
  method: 'post',
  path: '/api/customers/{id}/contacts',
  summary: 'Add an address that mail may go to and come from',
  middleware: write,
  request: { params, body: { ...json(NewContact), required: true } },
  responses: { 201: json(ContactView, 'The contact') },
})

/** `/api/customers`. */
export function customerRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(create, async (c) => {
    const body = c.req.valid('json')
    const made = await c.get('scope').transact((ctx) => createCustomer(ctx, body))
    return c.json(customerView(made), 201)
  })
  app.openapi(list, async (c) => {
    const page = await c.get('scope').transact((ctx) => listCustomers(ctx, c.req.valid('query')))
    return c.json({ data: page.data.map(customerView), nextCursor: page.nextCursor }, 200)
  })
  app.openapi(show, async (c) => {
    const { id } = c.req.valid('param')
    const found = await c.get('scope').transact(async (ctx) => ({
      customer: await loadCustomer(ctx, id),
      contacts: await contactsOf(ctx, id),
      credit: await creditBalance(ctx, { customerId: id }),
    }))
    const body = {
      ...customerView(found.customer),
      contacts: found.contacts.map(contactView),
      credit: creditBalanceView(found.credit, found.customer.currency),
    }
    return c.json(body, 200)
  })
  app.openapi(change, async (c) => {
    const { id } = c.req.valid('param')
    const row = await c.get('scope').transact((ctx) => updateCustomer(ctx, id, c.req.valid('json')))
    return c.json(customerView(row), 200)
  })
  app.openapi(contact, async (c) => {
    const { id } = c.req.valid('param')
    const row = await c.get('scope').transact((ctx) => addContact(ctx, id, c.req.valid('json')))
    return c.json(contactView(row), 201)
  })
  return app
}
