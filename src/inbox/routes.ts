import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { openScope, type System } from '#db/context.ts'
import { apiRouter, json } from '#src/http/api-router.ts'
import { callerOf } from '#src/http/authenticate.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { may } from '#src/http/roles.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { PageQuery, pageOf } from '#src/kernel/paging.ts'
import type { Authenticate } from './find-authentication.ts'
import { listMails, loadMail, loadThread, MAIL_STATUSES, type Mail } from './load-mail.ts'
import { loadRawMail } from './raw-mail.ts'
import { receiveMail } from './receive-mail.ts'
import { answerUnknownMail } from './settle-mail.ts'

const MailView = z
  .object({
    id: z.string(),
    threadId: z.string(),
    customerId: z.string().nullable(),
    direction: z.enum(['in', 'out']),
    from: z.string(),
    to: z.string(),
    subject: z.string(),
    text: z.string(),
    textLength: z.number().openapi({ description: 'Before it was cut for keeping' }),
    attachments: z
      .array(
        z.object({
          name: z.string(),
          type: z.string(),
          sizeBytes: z.number(),
          sha256: z.string().openapi({ description: 'Of the content; empty for older mails' }),
        }),
      )
      .openapi({ description: 'Listed, never opened' }),
    notes: z.array(z.string()).openapi({
      description: 'What a reader of the text should know: hidden words, lost letters',
    }),
    reason: z
      .string()
      .nullable()
      .openapi({ description: 'Why its sender is trusted or not; why a mail of ours failed' }),
    trust: z.enum(['verified', 'unverified', 'automatic']).nullable(),
    purpose: z.string(),
    status: z.enum(MAIL_STATUSES),
    dunningCaseId: z.string().nullable(),
    attachInvoiceId: z.string().nullable(),
    createdAt: z.string(),
    sendAt: z.string().nullable(),
    sentAt: z.string().nullable(),
  })
  .openapi('Message')
const ThreadView = z
  .object({
    id: z.string(),
    customerId: z.string().nullable(),
    subject: z.string(),
    automatedReplies: z.number(),
    createdAt: z.string(),
    messages: z.array(MailView),
  })
  .openapi('Thread')
const Received = z.object({
  messageId: z.string(),
  status: z.enum(['received', 'ignored', 'duplicate']),
  trust: z.enum(['verified', 'unverified', 'automatic']),
})

const read = [requireRole('messages', 'read')]
const params = z.object({ id: z.string() })

const list = createRoute({
  method: 'get',
  path: '/api/messages',
  summary: 'Mail in and out, newest first',
  middleware: read,
  request: {
    query: PageQuery.extend({
      customerId: z.string().optional(),
      direction: z.enum(['in', 'out']).optional(),
      status: MailView.shape.status.optional(),
    }),
  },
  responses: {
    200: json(z.object({ data: z.array(MailView), nextCursor: z.string().nullable() }), 'A page'),
  },
})

const show = createRoute({
  method: 'get',
  path: '/api/messages/{id}',
  summary: 'One mail',
  middleware: read,
  request: { params },
  responses: { 200: json(MailView, 'The mail') },
})

const settle = createRoute({
  method: 'post',
  path: '/api/messages/{id}/settle',
  summary: 'Say what became of a mail whose answer was lost, or have it sent again',
  description: 'Only for a mail of status unknown; a reply to it or a bounce settles it by itself.',
  middleware: [requireRole('messages', 'write')],
  request: {
    params,
    body: { ...json(z.strictObject({ outcome: z.enum(['sent', 'send_again']) })), required: true },
  },
  responses: { 200: json(MailView, 'The mail') },
})

const original = createRoute({
  method: 'get',
  path: '/api/messages/{id}/raw',
  summary: 'A received mail as it came, while it is kept',
  description:
    'Unmasked and never opened by us: it may carry card numbers, malware, or a sealed text. Each look is audited.',
  middleware: [requireRole('messages', 'write')],
  request: { params },
  responses: {
    200: {
      description: 'The mail',
      content: { 'message/rfc822': { schema: z.string().openapi({ format: 'binary' }) } },
    },
  },
})

const thread = createRoute({
  method: 'get',
  path: '/api/threads/{id}',
  summary: 'A conversation in order',
  middleware: read,
  request: { params },
  responses: { 200: json(ThreadView, 'The thread') },
})

const webhook = createRoute({
  method: 'post',
  path: '/webhooks/email',
  summary: 'Hand over a received mail as raw MIME',
  description:
    'For your mail server: Authorization with an API key of role mail (Bearer, or Basic with the key as password), X-Authentication-Results with what it found ("spf=pass smtp.mailfrom=…; dkim=pass header.d=…; dmarc=pass"), or X-Client-Ip and X-Client-Helo for SPF to be checked here; X-Envelope-From and X-Envelope-To if known. Without findings of yours the signatures of the mail are checked by DNS. What a mail says about its own authentication is not read, unless a server named in the mail settings wrote it on top.',
  request: {
    headers: z.object({
      'x-authentication-results': z.string().max(10_000).optional(),
      'x-client-ip': z.union([z.ipv4(), z.ipv6()]).optional(),
      'x-client-helo': z.string().max(255).optional(),
      'x-envelope-from': z.string().optional(),
      'x-envelope-to': z.string().optional(),
    }),
    body: {
      required: true,
      content: { 'message/rfc822': { schema: z.string().openapi({ format: 'binary' }) } },
    },
  },
  responses: { 202: json(Received, 'Stored'), 200: json(Received, 'Known already') },
})

function mailView(mail: Mail): z.infer<typeof MailView> {
  return {
    ...mail,
    attachments: [...mail.attachments],
    notes: [...mail.notes],
    createdAt: mail.createdAt.toString(),
    sendAt: mail.sendAt?.toString() ?? null,
    sentAt: mail.sentAt?.toString() ?? null,
  }
}

/** `/api/messages`, `/api/threads` and `/webhooks/email` (which authenticates its own caller). */
export function inboxRoutes(deps: {
  readonly system: System
  readonly authenticate?: Authenticate
}): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(list, async (c) => {
    const query = c.req.valid('query')
    const rows = await c.get('scope').transact((ctx) => listMails(ctx, query))
    return c.json(
      pageOf(rows, query.limit, (mail) => mail.id, mailView),
      200,
    )
  })
  app.openapi(show, async (c) => {
    const { id } = c.req.valid('param')
    return c.json(mailView(await c.get('scope').transact((ctx) => loadMail(ctx, id))), 200)
  })
  app.openapi(settle, async (c) => {
    const { id } = c.req.valid('param')
    const { outcome } = c.req.valid('json')
    const mail = await c.get('scope').transact(async (ctx) => {
      await answerUnknownMail(ctx, id, outcome)
      return loadMail(ctx, id)
    })
    return c.json(mailView(mail), 200)
  })
  app.openapi(original, async (c) => {
    const { id } = c.req.valid('param')
    const raw = await c.get('scope').transact((ctx) => loadRawMail(ctx, id))
    return c.body(new Uint8Array(raw), 200, {
      'Content-Type': 'message/rfc822',
      'Content-Disposition': `attachment; filename="${id}.eml"`,
    })
  })
  app.openapi(thread, async (c) => {
    const { id } = c.req.valid('param')
    const found = await c.get('scope').transact((ctx) => loadThread(ctx, id))
    return c.json(
      {
        ...found,
        createdAt: found.createdAt.toString(),
        messages: found.messages.map(mailView),
      },
      200,
    )
  })
  app.openapi(webhook, async (c) => {
    const caller = await callerOf(deps.system, c.req.header('authorization'))
    if (!may(caller.role, 'inboundMail', 'write'))
      throw new AppError('forbidden', `the role ${caller.role} may not hand over mail`)
    const headers = c.req.valid('header')
    const raw = new Uint8Array(await c.req.arrayBuffer())
    if (raw.byteLength === 0) throw invalidField('(body)', 'is the raw mail: it is empty')
    const ip = headers['x-client-ip']
    const sender = headers['x-envelope-from']
    const received = await receiveMail(
      await openScope(deps.system, caller.orgId, caller.actor),
      {
        raw,
        envelope: { from: sender, to: headers['x-envelope-to'] },
        authentication: headers['x-authentication-results'] ?? null,
        ...(ip === undefined ? {} : { connection: { ip, helo: headers['x-client-helo'], sender } }),
      },
      deps.authenticate,
    )
    return c.json(received, received.status === 'duplicate' ? 200 : 202)
  })
  return app
}
