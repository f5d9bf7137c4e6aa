import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { TaxSettings } from '#src/tenancy/shapes.ts'
import { changeTaxSettings } from './change-tax-settings.ts'
import { loadCustomerTax, requestTaxIdCheck } from './customer-tax.ts'
import { CustomerTaxView, customerTaxView, TaxSettingsView, taxSettingsView } from './views.ts'

const params = z.object({ id: z.string() })
const { euConsumers, pendingTaxIdHours, taxIdRecheckDays, simulatedTaxIds, stripeTaxCode } =
  TaxSettings.shape

/** The defaults of the stored shape would set back what the body leaves out. */
const Change = z
  .strictObject({
    registrations: z.array(z.string().trim().min(2).max(6)).max(100),
    euConsumers: euConsumers.unwrap(),
    pendingTaxIdHours: pendingTaxIdHours.unwrap(),
    taxIdRecheckDays: taxIdRecheckDays.unwrap(),
    simulatedTaxIds: simulatedTaxIds.unwrap(),
    stripeTaxCode: stripeTaxCode.unwrap(),
  })
  .partial()

const showSettings = createRoute({
  method: 'get',
  path: '/api/tax/settings',
  summary: 'Where the seller is registered, and how tax is decided where the law leaves a choice',
  middleware: requireRole('organization', 'read'),
  responses: { 200: json(TaxSettingsView) },
})

const changeSettings = createRoute({
  method: 'patch',
  path: '/api/tax/settings',
  summary: 'Change what the body names; drafts that wait are decided again',
  middleware: requireRole('organization', 'write'),
  request: { body: { ...json(Change), required: true } },
  responses: { 200: json(TaxSettingsView) },
})

const showCustomer = createRoute({
  method: 'get',
  path: '/api/customers/{id}/tax',
  summary: 'How a customer is taxed and why: VAT ID with its evidence, drafts that wait',
  middleware: requireRole('customers', 'read'),
  request: { params },
  responses: { 200: json(CustomerTaxView) },
})

const check = createRoute({
  method: 'post',
  path: '/api/customers/{id}/tax/check',
  summary: 'Have the register asked about the VAT ID again; the answer comes with a job',
  middleware: requireRole('customers', 'write'),
  request: { params },
  responses: { 202: json(CustomerTaxView, 'What is known so far') },
})

/** `/api/tax/settings` and `/api/customers/{id}/tax`. */
export function taxRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(showSettings, async (c) =>
    c.json(taxSettingsView(await c.get('scope').transact(loadOrganization)), 200),
  )
  app.openapi(changeSettings, async (c) => {
    const { registrations, ...given } = c.req.valid('json')
    const tax = Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    ) as Partial<TaxSettings>
    const changed = await c.get('scope').transact((ctx) =>
      changeTaxSettings(ctx, {
        ...tax,
        ...(registrations === undefined ? {} : { registrations }),
      }),
    )
    return c.json(taxSettingsView(changed), 200)
  })
  app.openapi(showCustomer, async (c) => {
    const { id } = c.req.valid('param')
    return c.json(
      customerTaxView(await c.get('scope').transact((ctx) => loadCustomerTax(ctx, id))),
      200,
    )
  })
  app.openapi(check, async (c) => {
    const { id } = c.req.valid('param')
    const found = await c.get('scope').transact(async (ctx) => {
      await requestTaxIdCheck(ctx, id)
      return loadCustomerTax(ctx, id)
    })
    return c.json(customerTaxView(found), 202)
  })
  return app
}
