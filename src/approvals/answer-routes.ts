import { createRoute, z, type OpenAPIHono } from '@hono/zod-openapi'
import { apiRouter, json } from '#src/http/api-router.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import {
  HumanInterrupt,
  HumanResponses,
  toEscalationAnswer,
  toHumanInterrupt,
} from './agent-inbox.ts'
import { answerEscalation } from './answer-escalation.ts'
import { assignEscalation } from './assign-escalation.ts'
import { claimEscalation } from './claim-escalation.ts'
import { loadEscalation } from './load-escalation.ts'
import { releaseEscalation } from './release-escalation.ts'
import { EscalationAnswer } from './shapes.ts'
import { storedQuestion } from './stored-question.ts'
import { EscalationView, escalationView } from './views.ts'

const params = z.object({ id: z.string() })
const one = { 200: json(EscalationView, 'The escalation') }
const middleware = [requireRole('escalations', 'write')]

const step = (name: 'claim' | 'release', summary: string) =>
  createRoute({
    method: 'post',
    path: `/api/escalations/{id}/${name}`,
    summary,
    middleware,
    request: { params },
    responses: one,
  })

const assign = createRoute({
  method: 'post',
  path: '/api/escalations/{id}/assign',
  summary: 'Give the case to a member who may answer',
  middleware,
  request: {
    params,
    body: { ...json(z.object({ memberId: z.string().min(1) }), ''), required: true },
  },
  responses: one,
})

const answer = createRoute({
  method: 'post',
  path: '/api/escalations/{id}/answer',
  summary: 'Approve, edit, reject or respond; the run that waits goes on',
  middleware,
  request: { params, body: { ...json(EscalationAnswer, ''), required: true } },
  responses: one,
})

const interrupt = createRoute({
  method: 'get',
  path: '/api/escalations/{id}/interrupt',
  summary: 'The question in the shape of LangChain’s Agent Inbox (HumanInterrupt)',
  middleware: [requireRole('escalations', 'read')],
  request: { params },
  responses: { 200: json(HumanInterrupt, 'The question') },
})

const resume = createRoute({
  method: 'post',
  path: '/api/escalations/{id}/resume',
  summary: 'Answer in the shape of LangChain’s Agent Inbox: a list of one HumanResponse',
  middleware,
  request: { params, body: { ...json(HumanResponses, ''), required: true } },
  responses: one,
})

/** Working on the queue: who has a case, and what they decide. */
export function answerRoutes(): OpenAPIHono<AppEnv> {
  const app = apiRouter()
  app.openapi(
    step('claim', 'Take the case, or over from somebody whose claim went stale'),
    async (c) => {
      const { id } = c.req.valid('param')
      const row = await c.get('scope').transact((ctx) => claimEscalation(ctx, id))
      return c.json(escalationView(row), 200)
    },
  )
  app.openapi(step('release', 'Give the case back'), async (c) => {
    const { id } = c.req.valid('param')
    const row = await c.get('scope').transact((ctx) => releaseEscalation(ctx, id))
    return c.json(escalationView(row), 200)
  })
  app.openapi(assign, async (c) => {
    const input = { id: c.req.valid('param').id, ...c.req.valid('json') }
    const row = await c.get('scope').transact((ctx) => assignEscalation(ctx, input))
    return c.json(escalationView(row), 200)
  })
  app.openapi(answer, async (c) => {
    const input = { id: c.req.valid('param').id, answer: c.req.valid('json') }
    const row = await c.get('scope').transact((ctx) => answerEscalation(ctx, input))
    return c.json(escalationView(row), 200)
  })
  app.openapi(interrupt, async (c) => {
    const { id } = c.req.valid('param')
    const row = await c.get('scope').transact((ctx) => loadEscalation(ctx, id))
    return c.json(toHumanInterrupt(storedQuestion(row)), 200)
  })
  app.openapi(resume, async (c) => {
    const { id } = c.req.valid('param')
    const responses = c.req.valid('json')
    const row = await c.get('scope').transact(async (ctx) => {
      const question = toHumanInterrupt(storedQuestion(await loadEscalation(ctx, id)))
      return answerEscalation(ctx, { id, answer: toEscalationAnswer(responses, question) })
    })
    return c.json(escalationView(row), 200)
  })
  return app
}
