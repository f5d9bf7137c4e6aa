import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { eraseContact } from './erase-contact.ts'
import {
  changeMailSettings,
  loadMailSettings,
  MailSettings,
  MailSettingsChange,
} from './mail-settings.ts'
import { resumeWriting } from './stop-writing.ts'

const params = z.object({ id: z.string(), contactId: z.string() })

const show = createRoute({
  method: 'get',
  path: '/api/settings/mail',
  summary: 'Addresses of the organisation, and whom its received mail is believed by',
  middleware: [requireRole('organization', 'read')],
  responses: { 200: json(MailSettings, 'The settings') },
})

const change = createRoute({
  method: 'patch',
  path: '/api/settings/mail',
  summary: 'Change parts of the mail settings; what is not named stays',
  middleware: [requireRole('organization', 'write')],
  request: { body: { ...json(MailSettingsChange), required: true } },
  responses: { 200: json(MailSettings, 'The settings after the change') },
})

const resume = createRoute({
  method: 'post',
  path: '/api/customers/{id}/contacts/{contactId}/resume-mail',
  summary: 'Write again to a contact whose mail came back or who complained',
  middleware: [requireRole('messages', 'write')],
  request: { params },
  responses: { 204: { description: 'It is written to again' } },
})

const erase = createRoute({
  method: 'delete',
  path: '/api/customers/{id}/contacts/{contactId}',
  summary: 'Erase a person: the contact, and what it wrote and was written',
  description:
    'Texts, subjects, addresses, attachment names and originals of its mails are gone for good; that there were mails, and the books, stay.',
  middleware: [requireRole('messages', 'write')],
  request: { params },
  responses: {
    200: json(z.object({ erasedMessages: z.number().int() }), 'How many mails were emptied'),
  },
})

/** `/api/settings/mail`, and what becomes of a contact's mail. */
export function mailSettingsRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(show, async (c) => c.json(await c.get('scope').transact(loadMailSettings), 200))
  app.openapi(change, async (c) => {
    const wanted = c.req.valid('json')
    return c.json(await c.get('scope').transact((ctx) => changeMailSettings(ctx, wanted)), 200)
  })
  app.openapi(resume, async (c) => {
    const { id, contactId } = c.req.valid('param')
    await c.get('scope').transact((ctx) => resumeWriting(ctx, id, contactId))
    return c.body(null, 204)
  })
  app.openapi(erase, async (c) => {
    const { id, contactId } = c.req.valid('param')
    const erasedMessages = await c.get('scope').transact((ctx) => eraseContact(ctx, id, contactId))
    return c.json({ erasedMessages }, 200)
  })
  return app
}
