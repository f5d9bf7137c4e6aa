import { and, eq } from 'drizzle-orm'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { agentRuns, modelCalls, modelSpend } from '#db/schema/agents.ts'
import { describeOnDatabases } from '#db/testing/database.ts'
import {
  changeModelSettings,
  type ModelSettingsChange,
} from '#src/approvals/calls/change-model-settings.ts'
import { forgetRawOutput } from '#src/approvals/calls/forget-raw-output.ts'
import { listCalls, spentNow } from '#src/approvals/calls/list-calls.ts'
import { reserveCall } from '#src/approvals/calls/reserve-call.ts'
import { settleCall } from '#src/approvals/calls/settle-call.ts'
import type { ScriptedReply, ScriptedServer } from '#src/gateways/model/testing/scripted-server.ts'
import { openCheckpoints } from './checkpoints.ts'
import type { RunDeps } from './nodes.ts'
import { contractOf, proposing, route, runMail, type Script } from './testing/model-run.ts'
import { threadLocks } from './thread-locks.ts'

const QUESTION = 'Please explain the line items on my invoice.'
const REPLY = proposing({
  kind: 'send_reply',
  subject: 'Your invoice',
  text: 'Dear Ada, the total is {{fact:invoice.total}}.',
})
const goodModel: Script = (request) =>
  contractOf(request) === 'routing_decision' ? route('inquiry_agent') : REPLY

describeOnDatabases('the books of model calls', (world) => {
  let offline: RunDeps
  let lastCustomer = 3_000
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

  /** An organisation of its own for each case: budgets are the organisation's. */
  const orgWith = async (id: string, change: ModelSettingsChange = {}) => {
    await world().addOrg(id)
    const scope = world().scope(id)
    await scope.transact((ctx) => changeModelSettings(ctx, change))
    return scope
  }
  const runIn = (
    scope: Awaited<ReturnType<typeof orgWith>>,
    script: Script,
    text = QUESTION,
    subject = 'Invoice question',
  ) => {
    lastCustomer += 1
    return runMail({ scope, offline, servers }, String(lastCustomer), { subject, text }, script)
  }
  const callsOf = (scope: Awaited<ReturnType<typeof orgWith>>, runId: string) =>
    scope.transact((ctx) => listCalls(ctx, { runId, limit: 50 }))

  it('keeps a row for each call, repairs too, and the run the sum of them', async () => {
    const scope = await orgWith('org_rows', { prices: { 'scripted-1': { input: 1, output: 5 } } })
    const { run } = await runIn(scope, (request, call) =>
      call === 1 ? route('nobody') : goodModel(request, call),
    )
    const calls = await callsOf(scope, run.id)
    expect(calls.map(({ purpose, outcome }) => `${purpose} ${outcome}`).toSorted()).toEqual([
      'draft answered',
      'repair answered',
      'route invalid',
    ])
    for (const call of calls)
      expect(call).toMatchObject({
        modelAsked: 'm',
        modelAnswered: 'scripted-1',
        mode: 'json_schema',
        inputTokens: 100,
        outputTokens: 20,
        costMicroUsd: 200,
        isEstimated: false,
        question: null,
      })
    expect(calls.every(({ promptHash }) => /^[0-9a-f]{64}$/.test(promptHash))).toBe(true)
    expect(run).toMatchObject({ costMicroUsd: 600, repairs: 1, source: 'model' })
    expect(run.policyVersion).toMatch(/^routing-/)
    expect((await scope.transact(spentNow)).today).toEqual({ tokens: 360, usd: '0.000600' })
  })

  it('says that a cost is not known rather than guess it', async () => {
    const scope = await orgWith('org_free')
    const { run } = await runIn(scope, goodModel)
    expect(run.costMicroUsd).toBeNull()
    expect((await callsOf(scope, run.id)).map(({ costMicroUsd }) => costMicroUsd)).toEqual([
      null,
      null,
    ])
  })

  const spent: [string, ModelSettingsChange, string][] = [
    ['tokens', { perDay: { tokens: 100 } }, 'the budget of the day is spent: 0 of 100 tokens'],
    [
      'dollars',
      { perMonth: { usd: '5' } },
      'the budget of the month is in dollars, and the model has no known price',
    ],
  ]
  it.each(spent)('asks nobody once a budget of %s is spent', async (name, change, detail) => {
    const scope = await orgWith(`org_spent_${name}`, change)
    const clear = await runIn(scope, goodModel)
    expect(clear.requests).toEqual([])
    expect(clear.run).toMatchObject({ source: 'rules', nextAgent: 'inquiry_agent' })
    const vague = await runIn(scope, goodModel, 'Could you look into the thing from before?', 'hm')
    expect(vague.run).toMatchObject({
      nextAgent: 'human_escalation',
      reasonCode: 'model_unavailable',
    })
    const [call] = await callsOf(scope, vague.run.id)
    expect(call).toMatchObject({ outcome: 'budget', detail, inputTokens: 0, costMicroUsd: 0 })
  })

  it('lets calls at once spend no more than one after the other', async () => {
    const scope = await orgWith('org_parallel', { perDay: { tokens: 35_000 } })
    const call = (index: number) => ({
      runId: `run_${index}`,
      purpose: 'route' as const,
      task: 'supervisor',
      promptName: 'supervisor',
      promptVersion: '1',
      promptHash: 'p',
      schemaHash: 's',
      provider: 'host',
      modelAsked: 'm',
      inputTokens: 2_000,
      outputTokens: 8_000,
    })
    const reserved = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        scope.transact((ctx) => reserveCall(ctx, call(index))),
      ),
    )
    const granted = reserved.filter(({ kind }) => kind === 'reserved')
    expect(granted).toHaveLength(3)
    const usage = {
      provider: 'host',
      model: 'm',
      inputTokens: 900,
      outputTokens: 100,
      latencyMs: 1,
    }
    const settle = () =>
      scope.transact((ctx) =>
        settleCall(ctx, granted[0]?.id ?? '', {
          answer: { kind: 'answer', content: '{}', usage },
          complaint: null,
        }),
      )
    await settle()
    await settle()
    const [day] = await scope.transact(({ db, orgId }) =>
      db.select().from(modelSpend).where(eq(modelSpend.orgId, orgId)),
    )
    // Two are still put aside: calls whose process died count as made.
    expect(day?.tokens).toBe(1_000 + 20_000)
    expect((await scope.transact((ctx) => reserveCall(ctx, call(9)))).kind).toBe('reserved')
  })

  const failing: [string, ScriptedReply, string][] = [
    ['a server down', { kind: 'status', status: 500 }, 'unavailable'],
    ['a refusal', { kind: 'refusal', reason: 'no' }, 'refusal'],
    ['nonsense', { kind: 'text', value: 'yes' }, 'invalid'],
  ]
  it.each(failing)('tells %s from an answer', async (_title, reply, outcome) => {
    const scope = await orgWith(`org_${outcome}`)
    const { run } = await runIn(scope, () => reply)
    const calls = await callsOf(scope, run.id)
    expect(new Set(calls.map((call) => call.outcome))).toEqual(new Set([outcome]))
    expect(run).toMatchObject({ source: 'rules', status: 'done' })
  })

  it('begins every call of a kind with the same bytes, so that servers can cache them', async () => {
    const scope = await orgWith('org_prefix')
    const first = await runIn(scope, goodModel)
    const second = await runIn(scope, goodModel, 'Why is the tax on invoice 2 so high?')
    const prefixes = (bodies: readonly string[]) =>
      bodies.map((body) => body.slice(0, body.indexOf('{"role":"user"')))
    expect(first.bodies).toHaveLength(2)
    expect(prefixes(second.bodies)).toEqual(prefixes(first.bodies))
    for (const [index, body] of first.bodies.entries()) {
      expect(prefixes([body])[0]).toMatch(/"json_schema".*You .*/)
      expect(body).not.toBe(second.bodies[index])
    }
  })

  it('takes raw outputs away when their time is over, and keeps what was decided', async () => {
    const scope = await orgWith('org_forget', { keepRawDays: 3 })
    const leaky = proposing({
      kind: 'send_reply',
      subject: 'S',
      text: 'Your key sk-proj-a1b2c3d4e5f6g7h8 and card 4242 4242 4242 4242.',
    })
    const { run } = await runIn(scope, (request, call) =>
      contractOf(request) === 'routing_decision' ? goodModel(request, call) : leaky,
    )
    const raw = (await callsOf(scope, run.id)).map(({ rawOutput }) => rawOutput).join()
    expect(raw).toContain('[secret removed]')
    expect(raw).not.toMatch(/4242|sk-proj/)
    const at = (days: number) => ({
      ...world().system,
      clock: { now: () => scope.now.add({ hours: 24 * days }) },
    })
    await forgetRawOutput(at(2))
    expect((await callsOf(scope, run.id)).every(({ rawOutput }) => rawOutput !== null)).toBe(true)
    await forgetRawOutput(at(4))
    const kept = await scope.transact(({ db, orgId }) =>
      db
        .select({
          run: agentRuns.rawOutput,
          call: modelCalls.rawOutput,
          route: agentRuns.nextAgent,
        })
        .from(agentRuns)
        .innerJoin(
          modelCalls,
          and(eq(modelCalls.orgId, agentRuns.orgId), eq(modelCalls.runId, agentRuns.id)),
        )
        .where(eq(agentRuns.orgId, orgId)),
    )
    expect(kept).toHaveLength(2)
    for (const row of kept) expect(row).toEqual({ run: null, call: null, route: 'inquiry_agent' })
  })
})
