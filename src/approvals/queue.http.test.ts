import { OpenAPIHono } from '@hono/zod-openapi'
import { expect, it } from 'vitest'
import { describeOnDatabases } from '#db/testing/database.ts'
import type { AppEnv } from '#src/http/env.ts'
import type { Role } from '#src/http/roles.ts'
import { AppError, toProblem } from '#src/kernel/errors.ts'
import { openEscalation } from './open-escalation.ts'
import { approvalRoutes } from './routes.ts'

describeOnDatabases('the human queue over HTTP', (world) => {
  function call(who: string, role: Role, method: 'GET' | 'POST', path: string, body?: unknown) {
    const app = new OpenAPIHono<AppEnv>()
    app.use(async (c, next) => {
      c.set('scope', { ...world().scope(), ...asActor(who) })
      c.set('role', role)
      await next()
    })
    app.route('/', approvalRoutes())
    app.onError((error, c) =>
      c.json(toProblem(error), error instanceof AppError ? error.status : 500),
    )
    return app.request(path, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
  }

  /** A scope whose verbs act as this member. */
  function asActor(who: string) {
    const scope = world().scope()
    const transact: typeof scope.transact = (work) =>
      scope.transact((ctx) => work({ ...ctx, actor: { kind: 'member', id: who } }))
    return { transact }
  }

  function open(key: string) {
    return world()
      .scope()
      .transact((ctx) =>
        openEscalation(ctx, {
          runId: `none:${key}`,
          customerId: null,
          reason: 'dispute_open',
          summary: 'A dispute',
          context: { facts: {} },
          key,
        }),
      )
  }

  it('opens an escalation once per key, with a due time by priority', async () => {
    const id = await open('once')
    expect(await open('once')).toBe(id)
    const shown = await call('ann', 'viewer', 'GET', `/api/escalations/${id}`)
    expect(await shown.json()).toMatchObject({ priority: 'urgent', dueAt: '2026-03-01T04:00:00Z' })
  })

  it('has one owner at a time', async () => {
    const id = await open('owner')
    expect((await call('ann', 'admin', 'POST', `/api/escalations/${id}/claim`)).status).toBe(200)
    expect((await call('bob', 'admin', 'POST', `/api/escalations/${id}/claim`)).status).toBe(409)
    expect((await call('bob', 'admin', 'POST', `/api/escalations/${id}/release`)).status).toBe(409)
    const body = { decision: 'reject' }
    expect((await call('bob', 'admin', 'POST', `/api/escalations/${id}/answer`, body)).status).toBe(
      409,
    )
    expect((await call('ann', 'admin', 'POST', `/api/escalations/${id}/release`)).status).toBe(200)
    expect((await call('bob', 'admin', 'POST', `/api/escalations/${id}/claim`)).status).toBe(200)
    expect((await call('bob', 'admin', 'POST', `/api/escalations/${id}/answer`, body)).status).toBe(
      200,
    )
    expect((await call('bob', 'admin', 'POST', `/api/escalations/${id}/answer`, body)).status).toBe(
      409,
    )
  })

  it('names what in a text is not allowed', async () => {
    const id = await open('text')
    const body = { decision: 'respond', text: 'Pay, or we meet in court.' }
    const answer = await call('ann', 'admin', 'POST', `/api/escalations/${id}/answer`, body)
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({
      code: 'refused',
      errors: [{ path: 'text', message: 'threat: court' }],
    })
  })

  it('refuses roles that may only look, and answers without the text they need', async () => {
    const id = await open('roles')
    expect((await call('vic', 'viewer', 'POST', `/api/escalations/${id}/claim`)).status).toBe(403)
    const body = { decision: 'edit' }
    expect((await call('ann', 'admin', 'POST', `/api/escalations/${id}/answer`, body)).status).toBe(
      400,
    )
  })

  it('pages through the queue, due first, each item once', async () => {
    const ids: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page = await call('ann', 'viewer', 'GET', `/api/escalations?limit=2${query}`)
      const body = (await page.json()) as { data: { id: string }[]; nextCursor: string | null }
      ids.push(...body.data.map(({ id }) => id))
      cursor = body.nextCursor
    }
    expect(ids).toHaveLength(4)
    expect(new Set(ids).size).toBe(4)
  })

  it('answers 404 for a run that is not there', async () => {
    expect((await call('ann', 'viewer', 'GET', '/api/agent-runs/run_x')).status).toBe(404)
    expect((await call('ann', 'viewer', 'GET', '/api/agent-runs')).status).toBe(200)
  })
})
