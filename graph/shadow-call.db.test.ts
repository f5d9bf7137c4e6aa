import { eq } from 'drizzle-orm'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { outbox } from '#db/schema/tenancy.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import { agreementReport } from '#src/approvals/agreement/report.ts'
import { changeModelSettings } from '#src/approvals/calls/change-model-settings.ts'
import { listCalls, spentNow } from '#src/approvals/calls/list-calls.ts'
import type { ScriptedServer } from '#src/gateways/model/testing/scripted-server.ts'
import { openCheckpoints } from './checkpoints.ts'
import type { RunDeps } from './nodes.ts'
import { shadowCall } from './shadow-call.ts'
import {
  contractOf,
  proposing,
  route,
  runMail,
  scriptedModel,
  type Script,
} from './testing/model-run.ts'
import { threadLocks } from './thread-locks.ts'

const draft = { subject: 'S', text: 'The total is {{fact:invoice.total}}.' }
const live: Script = (request) =>
  contractOf(request) === 'routing_decision'
    ? route('inquiry_agent')
    : proposing({ kind: 'send_reply', ...draft })

describeOnDatabases('a shadow beside the live model', (world) => {
  let offline: RunDeps
  const servers: ScriptedServer[] = []
  beforeAll(async () => {
    offline = {
      model: null,
      checkpointer: await openCheckpoints(world().database),
      locks: threadLocks(world().database),
      publicUrl: 'https://billing.acme.example',
    }
  })
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()))
  })

  /** A run with a shadow, and then the shadow's jobs. */
  const runBeside = async (orgId: string, customerId: string, script: Script, tokens = 500_000) => {
    await world().addOrg(orgId)
    const scope = world().scope(orgId)
    await scope.transact((ctx) => changeModelSettings(ctx, { shadowPerDay: { tokens } }))
    const { server, model } = await scriptedModel(script)
    servers.push(server)
    const shadow = { model, promptFolder: undefined }
    const text = 'Please explain the line items on my invoice.'
    const given = { scope, offline, servers }
    const ran = await runMail(given, customerId, { text }, live, undefined, shadow)
    expect(server.requests).toEqual([])
    const jobs = (
      await scope.transact(({ db }) => db.select().from(outbox).where(eq(outbox.orgId, orgId)))
    ).filter(({ job }) => job === 'SHADOW_CALL')
    expect(jobs).toHaveLength(2)
    for (const { payload } of [...jobs, ...jobs])
      await shadowCall(scope, shadow, String(payload['callId']))
    const calls = await scope.transact((ctx) => listCalls(ctx, { runId: ran.run.id, limit: 50 }))
    const report = await scope.transact((ctx) =>
      agreementReport(ctx, ctx.now.subtract({ hours: 1 })),
    )
    return { ...ran, calls, report, asked: server.requests, spent: await scope.transact(spentNow) }
  }

  it('is asked the same, once, after the run, on a budget of its own; what differs is told', async () => {
    const { run, out, calls, report, asked, requests, spent } = await runBeside(
      'org_shadow',
      '4001',
      (request) =>
        contractOf(request) === 'routing_decision'
          ? route('human_escalation')
          : proposing({ kind: 'attach_invoice' }, { kind: 'send_reply', ...draft }),
    )
    expect(run).toMatchObject({ status: 'done', nextAgent: 'inquiry_agent', repairs: 0 })
    expect(out).toHaveLength(1)
    expect(asked.map(({ messages }) => messages)).toEqual(
      expect.arrayContaining(requests.map(({ messages }) => messages)),
    )
    expect(asked).toHaveLength(2)
    expect(calls.filter(({ purpose }) => purpose === 'shadow')).toHaveLength(2)
    expect(calls.every(({ question }) => question === null)).toBe(true)
    expect(spent).toMatchObject({ today: { tokens: 240 }, shadowsToday: { tokens: 240 } })
    expect(report.routes).toMatchObject({ n: 1, agreed: 0 })
    expect(report.actions.each).toMatchObject([
      { label: 'attach_invoice', n: 1, agreed: 0 },
      { label: 'send_reply', n: 1, agreed: 1 },
    ])
    expect(report.disagreements).toHaveLength(2)
    expect(report.disagreements.find(({ task }) => task === 'supervisor')).toMatchObject({
      live: ['inquiry_agent'],
      shadowed: ['human_escalation'],
      shadowReason: 'r',
      runId: run.id,
    })
  })

  it.each<[string, string, Script, number | undefined, number]>([
    ['is down', '4002', () => ({ kind: 'status', status: 500 }), undefined, 0],
    ['has spent its budget', '4003', live, 10, 0],
    ['talks nonsense', '4004', () => ({ kind: 'text', value: 'yes' }), undefined, 2],
  ])('changes nothing where it %s', async (_title, id, script, tokens, compared) => {
    const { run, out, calls, report } = await runBeside(`org_${id}`, id, script, tokens)
    expect(run).toMatchObject({ status: 'done', source: 'model', inputTokens: 200 })
    expect(out).toHaveLength(1)
    expect(report.disagreements).toHaveLength(compared)
    expect(calls.every(({ question }) => question === null)).toBe(true)
  })
})
