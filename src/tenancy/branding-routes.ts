import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { brandColors } from './brand-colors.ts'
import { BrandingChange, changeBranding, loadBranding, type Branding } from './branding.ts'
import { inspectLogo } from './logo.ts'

const BankView = z.object({
  name: z.string(),
  iban: z.string(),
  bic: z.string(),
  holder: z.string().optional(),
  accountNumber: z.string().optional(),
  routingNumber: z.string().optional(),
})

const BrandingView = z
  .object({
    brandColor: z.string(),
    colors: z
      .object({ area: z.string(), onArea: z.string(), text: z.string(), textOnDark: z.string() })
      .openapi({ description: 'What documents make of the colour so that all stays readable' }),
    logo: z
      .object({
        mime: z.string(),
        widthPixels: z.number(),
        heightPixels: z.number(),
        bytes: z.number(),
        dataUrl: z.string(),
      })
      .nullable(),
    addressLines: z.array(z.string()),
    legal: z.object({ registration: z.string(), directors: z.array(z.string()) }),
    footerText: z.string(),
    paymentTermsDays: z.number(),
    paymentInstructions: z.string(),
    bank: BankView.nullable(),
    banks: z.record(z.string(), BankView),
  })
  .openapi('Branding')

const show = createRoute({
  method: 'get',
  path: '/api/settings/branding',
  summary:
    'What documents look like and say of the organisation: logo, colour, bank, terms, legal details',
  middleware: [requireRole('organization', 'read')],
  responses: { 200: json(BrandingView, 'The branding') },
})

const change = createRoute({
  method: 'patch',
  path: '/api/settings/branding',
  summary: 'Change parts of the branding; what is not named stays',
  middleware: [requireRole('organization', 'write')],
  request: { body: { ...json(BrandingChange), required: true } },
  responses: { 200: json(BrandingView, 'The branding after the change') },
})

function brandingView(branding: Branding): z.infer<typeof BrandingView> {
  const { logo, brandColor } = branding
  const picture = logo === null ? null : inspectLogo(logo)
  return {
    ...branding,
    colors: brandColors(brandColor),
    // One that was set when nobody looked into it is shown nowhere.
    logo:
      logo === null || picture === null || 'problem' in picture
        ? null
        : { ...picture, dataUrl: logo },
  }
}

/** `/api/settings/branding`. */
export function brandingRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(show, async (c) =>
    c.json(brandingView(await c.get('scope').transact(loadBranding)), 200),
  )
  app.openapi(change, async (c) => {
    const wanted = c.req.valid('json')
    const branding = await c.get('scope').transact((ctx) => changeBranding(ctx, wanted))
    return c.json(brandingView(branding), 200)
  })
  return app
}
