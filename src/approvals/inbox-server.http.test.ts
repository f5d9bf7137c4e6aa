import { Client } from '@langchain/langgraph-sdk'
import { Hono } from 'hono'
import { beforeAll, expect, it } from 'vitest'
import { describeOnDatabases } from '#db/testing/database.ts'
import type { AppEnv } from '#src/http/env.ts'
import { AppError, toProblem } from '#src/kernel/errors.ts'
import { addCustomers } from '#src/metering/testing/world.ts'
import { createApiKey } from '#src/tenancy/create-key.ts'
import { inboxServer } from './inbox-server.ts'
import { loadEscalation } from './load-escalation.ts'
import { openEscalation } from './open-escalation.ts'

describeOnDatabases('Agent Inbox, by the client it uses', (world) => {
  const keys: Record<string, string> = {}
  function client(role: string) {
    const app = new Hono<AppEnv>()
    app.onError((error, c) =>
      c.json(toProblem(error), error instanceof AppError ? error.status : 500),
    )
    app.route('/', inboxServer(world().system))
    return new Client({
      apiUrl: 'http://tollkeeper.example/agent-inbox',
      apiKey: keys[role] ?? 'tk_test_nobody',
      callerOptions: {
        maxRetries: 0,
        fetch: (url: string | URL | Request, init?: RequestInit) =>
          Promise.resolve(app.request(url instanceof URL ? url.href : url, init)),
      },
    })
  }
  const open = (key: string, orgId = 'org_test') =>
    world()
      .scope(orgId)
      .transact((ctx) =>
        openEscalation(ctx, {
          runId: `none:${key}`,
          customerId: orgId === 'org_test' ? '1001' : null,
          reason: 'approval_needed',
          summary: `About ${key}`,
          key,
          context: {
            facts: {},
            draft: { subject: 'Your question', text: 'Hello Ada, we are looking into it.' },
            proposals: [{ kind: 'send_reply', verdict: 'ask' }],
          },
        }),
      )
  const stored = (id: string) =>
    world()
      .scope()
      .transact((ctx) => loadEscalation(ctx, id))

  beforeAll(async () => {
    await addCustomers(world(), ['1001'])
    await world().addOrg('org_other')
    for (const role of ['owner', 'viewer'] as const)
      keys[role] = (
        await world()
          .scope()
          .transact((ctx) => createApiKey(ctx, { name: role, role }))
      ).key
    await open('foreign', 'org_other')
  })

  it('finds what waits, of its own organisation, as interrupts that its pages can read', async () => {
    await open('first')
    const threads = await client('owner').threads.search({
      metadata: { graph_id: 'tollkeeper' },
      status: 'interrupted',
    })
    expect(threads).toHaveLength(1)
    const [thread] = threads
    expect(thread).toMatchObject({ status: 'interrupted', values: { summary: 'About first' } })
    const asked = [
      {
        action_request: { action: 'send_reply' },
        config: { allow_accept: true, allow_edit: true },
      },
    ]
    expect(Object.values(thread?.interrupts ?? {})).toMatchObject([[{ value: asked }]])
    const { tasks, next } = await client('owner').threads.getState(thread?.thread_id ?? '')
    expect([next, tasks[0]?.interrupts]).toMatchObject([['wait_human'], [{ value: asked }]])
    expect(await client('owner').threads.search({ status: 'idle' })).toEqual([])
    expect(await client('owner').threads.search({ metadata: { graph_id: 'another' } })).toEqual([])
  })

  it('takes an edit through the gates, as a run, once', async () => {
    const id = await open('edited')
    const { runs, threads } = client('owner')
    const edit = (text: string) => ({
      command: { resume: [{ type: 'edit', args: { action: 'send_reply', args: { text } } }] },
    })
    await expect(runs.create(id, 'tollkeeper', edit('Pay or we sue you.'))).rejects.toThrow('422')
    await runs.create(id, 'tollkeeper', edit('Hello Ada, it is sorted out.'))
    expect(await stored(id)).toMatchObject({ status: 'answered', answer: { decision: 'edit' } })
    await expect(runs.create(id, 'tollkeeper', edit('Hello again.'))).rejects.toThrow('409')
    expect(await threads.get(id)).toMatchObject({ status: 'idle', interrupts: {} })
  })

  it('streams a run, and rejects what is ignored', async () => {
    const streamed = await open('streamed')
    const events: string[] = []
    const resume = [{ type: 'response', args: 'We will call you.' }]
    for await (const { event } of client('owner').runs.stream(streamed, 'tollkeeper', {
      command: { resume },
    }))
      events.push(event)
    expect(events).toContain('metadata')
    expect(await stored(streamed)).toMatchObject({ answer: { decision: 'respond' } })
    const ignored = await open('ignored')
    await client('owner').threads.updateState(ignored, { values: null, asNode: '__end__' })
    expect(await stored(ignored)).toMatchObject({ answer: { decision: 'reject' } })
  })

  it('answers nobody without a key, and lets a viewer look only', async () => {
    const id = await open('guarded')
    await expect(client('nobody').threads.search()).rejects.toThrow('401')
    expect(await client('viewer').threads.get(id)).toMatchObject({ thread_id: id })
    const resume = [{ type: 'accept', args: null }]
    await expect(
      client('viewer').runs.create(id, 'tollkeeper', { command: { resume } }),
    ).rejects.toThrow('403')
  })
})
