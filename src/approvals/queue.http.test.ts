import { OpenAPIHono } from '@hono/zod-openapi'
import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { auditLog, members } from '#db/schema/tenancy.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import type { AppEnv } from '#src/http/env.ts'
import type { Role } from '#src/http/roles.ts'
import { AppError, toProblem } from '#src/kernel/errors.ts'
import { addCustomers } from '#src/metering/testing/world.ts'
import { openEscalation } from './open-escalation.ts'
import { tellOverdue } from './tell-overdue.ts'
import { answerRoutes } from './answer-routes.ts'
import { queueRoutes } from './queue-routes.ts'
import { runRoutes } from './run-routes.ts'

describeOnDatabases('the human queue over HTTP', (world) => {
  async function call(
    who: string,
    role: Role,
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
  ) {
    const app = new OpenAPIHono<AppEnv>()
    app.use(async (c, next) => {
      c.set('scope', { ...world().scope(), ...asActor(who) })
      c.set('role', role)
      await next()
    })
    for (const routes of [queueRoutes(), answerRoutes(), runRoutes()]) app.route('/', routes)
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

  function open(
    key: string,
    values: { customerId?: string; context?: object; reason?: string } = {},
  ) {
    return world()
      .scope()
      .transact((ctx) =>
        openEscalation(ctx, {
          runId: `none:${key}`,
          customerId: values.customerId ?? null,
          reason: values.reason ?? 'dispute_open',
          summary: 'A dispute',
          context: { facts: {}, ...values.context },
          key,
        }),
      )
  }

  async function addMember(id: string, role: typeof members.$inferInsert.role) {
    await world()
      .scope()
      .transact(({ db, orgId, now }) =>
        db
          .insert(members)
          .values({ orgId, id, email: `${id}@acme.example`, name: id, role, createdAt: now }),
      )
  }

  function audited(id: string) {
    return world()
      .scope()
      .transact(({ db }) =>
        db
          .select({ action: auditLog.action, actor: auditLog.actor, data: auditLog.data })
          .from(auditLog)
          .where(eq(auditLog.subjectId, id))
          .orderBy(auditLog.id),
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

  it('says who was first when two answer, or two claim, at once', async () => {
    const id = await open('race')
    const answers = await Promise.all(
      ['ann', 'bob'].map((who) =>
        call(who, 'admin', 'POST', `/api/escalations/${id}/answer`, { decision: 'reject' }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409])
    const lost = await answers.find(({ status }) => status === 409)?.json()
    const shown = await call('ann', 'viewer', 'GET', `/api/escalations/${id}`)
    const { answeredBy } = (await shown.json()) as { answeredBy: string }
    expect(lost).toMatchObject({
      detail: `the escalation is answered, answered by ${answeredBy}`,
    })
    const claimed = await open('claim race')
    const claims = await Promise.all(
      ['ann', 'bob', 'cid'].map((who) =>
        call(who, 'admin', 'POST', `/api/escalations/${claimed}/claim`),
      ),
    )
    expect(claims.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409, 409])
  })

  it('lets a claim that nobody used be taken over, and the one before answer no more', async () => {
    const id = await open('stale')
    const at = (who: string, path: string, body?: object) =>
      call(who, 'admin', 'POST', `/api/escalations/${id}/${path}`, body)
    expect((await at('ann', 'claim')).status).toBe(200)
    world().setNow('2026-03-01T00:29:00Z')
    expect((await at('bob', 'claim')).status).toBe(409)
    // Claiming one's own again keeps it.
    expect((await at('ann', 'claim')).status).toBe(200)
    world().setNow('2026-03-01T00:58:00Z')
    expect((await at('bob', 'claim')).status).toBe(409)
    world().setNow('2026-03-01T01:00:00Z')
    expect((await at('bob', 'claim')).status).toBe(200)
    const late = await at('ann', 'answer', { decision: 'reject' })
    expect(late.status).toBe(409)
    expect(await late.json()).toMatchObject({
      detail: 'the escalation is claimed, held by member:bob',
    })
    expect((await at('bob', 'answer', { decision: 'reject' })).status).toBe(200)
    expect((await audited(id)).map(({ action, actor }) => [action, actor])).toEqual([
      ['escalation.opened', 'system:test'],
      ['escalation.claimed', 'member:ann'],
      ['escalation.taken_over', 'member:bob'],
      ['escalation.answered', 'member:bob'],
    ])
    world().setNow('2026-03-01T00:00:00Z')
  })

  it('gives an account one owner: who has one of its cases has the others', async () => {
    await addCustomers(world(), ['77'])
    const [one, other] = [
      await open('one', { customerId: '77' }),
      await open('other', { customerId: '77' }),
    ]
    const claims = await Promise.all([
      call('ann', 'admin', 'POST', `/api/escalations/${one}/claim`),
      call('bob', 'admin', 'POST', `/api/escalations/${other}/claim`),
    ])
    expect(claims.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409])
    const [owner, stranger] = claims[0]?.status === 200 ? ['ann', 'bob'] : ['bob', 'ann']
    const free = owner === 'ann' ? other : one
    const path = `/api/escalations/${free}/answer`
    const refused = await call(stranger, 'admin', 'POST', path, { decision: 'reject' })
    expect(refused.status).toBe(409)
    expect(await refused.json()).toMatchObject({
      detail: expect.stringContaining(`account 77 is with member:${owner}`),
    })
    expect((await call(owner, 'admin', 'POST', path, { decision: 'reject' })).status).toBe(200)
  })

  it('is assigned to members who may answer, and to nobody else', async () => {
    const id = await open('assign')
    await addMember('vic', 'viewer')
    await addMember('lena', 'admin')
    const assign = (memberId: string) =>
      call('ann', 'owner', 'POST', `/api/escalations/${id}/assign`, { memberId })
    expect((await assign('nobody')).status).toBe(400)
    expect((await assign('vic')).status).toBe(422)
    expect(await (await assign('lena')).json()).toMatchObject({ claimedBy: 'member:lena' })
    const mine = await call('lena', 'viewer', 'GET', '/api/escalations?assignee=me')
    expect(await mine.json()).toMatchObject({ data: [{ id }] })
    expect((await audited(id)).at(-1)).toMatchObject({
      action: 'escalation.assigned',
      actor: 'member:ann',
      data: { from: null, to: 'member:lena' },
    })
  })

  it('tells once that nobody answered in time, and counts how the queue stands', async () => {
    const id = await open('late', { reason: 'unreadable' })
    const scope = (at: string) => world().scope('org_test', at)
    const tell = (at: string) => scope(at).transact((ctx) => tellOverdue(ctx, id))
    expect(await tell('2026-03-03T00:00:00Z')).toBe(false)
    expect(await tell('2026-03-04T00:00:00Z')).toBe(true)
    expect(await tell('2026-03-05T00:00:00Z')).toBe(false)
    expect((await audited(id)).map(({ action }) => action)).toEqual([
      'escalation.opened',
      'escalation.overdue',
    ])
    world().setNow('2026-03-04T00:00:00Z')
    const late = await call(
      'ann',
      'viewer',
      'GET',
      '/api/escalations?overdue=true&reason=unreadable',
    )
    expect(await late.json()).toMatchObject({ data: [{ id }] })
    const answered = { decision: 'reject' }
    await call('ann', 'admin', 'POST', `/api/escalations/${id}/answer`, answered)
    const counted = await call('ann', 'viewer', 'GET', '/api/escalations/statistics?days=1')
    expect(await counted.json()).toMatchObject({
      answered: 1,
      medianSecondsToAnswer: 259_200,
      answeredInTime: 1,
      decisions: { reject: 1 },
    })
    world().setNow('2026-03-01T00:00:00Z')
  })

  it('speaks the shapes of an Agent Inbox, through the same claim and gates', async () => {
    await addCustomers(world(), ['78'])
    const draft = { subject: 'Re: refund', text: 'Hello Ada.' }
    const id = await open('inbox', {
      customerId: '78',
      reason: 'approval_needed',
      context: {
        draft,
        proposals: [
          { kind: 'send_reply', ...draft, verdict: 'ask' },
          { kind: 'propose_credit', reason: 'billed twice', verdict: 'ask' },
        ],
      },
    })
    const shown = await call('ann', 'viewer', 'GET', `/api/escalations/${id}/interrupt`)
    const question = (await shown.json()) as { action_request: object }
    expect(question).toMatchObject({
      action_request: {
        action: 'send_reply',
        args: { text: 'Hello Ada.', propose_credit: 'billed twice' },
      },
      config: { allow_ignore: true, allow_respond: true, allow_edit: true, allow_accept: true },
    })
    const resume = (args: object, type = 'edit') =>
      call('ann', 'admin', 'POST', `/api/escalations/${id}/resume`, [
        { type, args: { action: 'send_reply', args } },
      ])
    const gated = await resume({
      text: 'Pay, or we meet in court.',
      propose_credit: 'billed twice',
    })
    expect([gated.status, await gated.json()]).toMatchObject([
      422,
      { errors: [{ path: 'text', message: 'threat: court' }] },
    ])
    const other = await call('ann', 'admin', 'POST', `/api/escalations/${id}/resume`, [
      { type: 'edit', args: { action: 'propose_credit', args: { text: 'Hello.' } } },
    ])
    expect([other.status, await other.json()]).toMatchObject([
      400,
      { errors: [{ path: '0.args.action' }] },
    ])
    const more = await resume({ text: 'Hello.', propose_credit: 'a thousand' })
    expect([more.status, await more.json()]).toMatchObject([
      400,
      { errors: [{ path: '0.args.args.propose_credit' }] },
    ])
    expect(
      (await resume({ text: 'We look into it.', propose_credit: 'billed twice' })).status,
    ).toBe(200)
    const row = await call('ann', 'viewer', 'GET', `/api/escalations/${id}`)
    expect(await row.json()).toMatchObject({
      status: 'answered',
      answeredBy: 'member:ann',
      answer: { decision: 'edit', text: 'We look into it.' },
    })
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

  it('names no other account to a customer, and lets them be called by their own name', async () => {
    await addCustomers(world(), ['7', '71'])
    const id = await open('names', { customerId: '71', reason: 'unreadable' })
    const say = (text: string) =>
      call('ann', 'admin', 'POST', `/api/escalations/${id}/answer`, { decision: 'respond', text })
    // "Customer 7" and "Customer 71" are two accounts.
    const told = await say('As we told Customer 7 yesterday, it is due.')
    expect([told.status, await told.json()]).toMatchObject([
      422,
      { errors: [{ path: 'text', message: 'another_customer: Customer 7' }] },
    ])
    expect((await say('Hello Customer 71, it is due.')).status).toBe(200)
  })

  it('keeps a case that an approval would do nothing about', async () => {
    const id = await open('nothing')
    const body = { decision: 'approve' }
    const answer = await call('ann', 'admin', 'POST', `/api/escalations/${id}/answer`, body)
    expect([answer.status, await answer.json()]).toMatchObject([
      422,
      { errors: [{ path: 'decision' }] },
    ])
    const shown = await call('ann', 'viewer', 'GET', `/api/escalations/${id}`)
    expect(await shown.json()).toMatchObject({ status: 'open', answer: null })
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
    const all = await call('ann', 'viewer', 'GET', '/api/escalations?limit=100')
    const { data } = (await all.json()) as { data: { id: string }[] }
    expect(ids).toEqual(data.map(({ id }) => id))
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('answers 404 for a run that is not there', async () => {
    expect((await call('ann', 'viewer', 'GET', '/api/agent-runs/run_x')).status).toBe(404)
    expect((await call('ann', 'viewer', 'GET', '/api/agent-runs')).status).toBe(200)
  })
})
