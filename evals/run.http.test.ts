import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import {
  startScriptedServer,
  type ScriptedReply,
} from '#src/gateways/model/testing/scripted-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'tollkeeper-decide-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a program of ours with no environment but what is given. */
async function run(args: readonly string[], environment: Record<string, string>) {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'] ?? '', TOLLKEEPER_HOME: folder, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()))
  const code = await new Promise<number | null>((resolve) => {
    child.on('close', resolve)
  })
  return { code, ...said }
}

async function withModel<T>(
  reply: ScriptedReply,
  work: (environment: Record<string, string>, calls: () => number) => Promise<T>,
): Promise<T> {
  const server = await startScriptedServer(() => reply)
  const environment = { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: server.url }
  try {
    return await work(environment, () => server.requests.length)
  } finally {
    await server.close()
  }
}

const ANOMALY: ScriptedReply = {
  kind: 'json',
  value: { reasoning: 'It asks about usage.', nextAgent: 'anomaly_agent' },
}

function stateFile(name: string, trust: 'verified' | 'unverified'): string {
  const path = join(folder, name)
  const payload = {
    messageId: '<a@b.example>',
    from: 'ada@b.example',
    subject: 'Invoice',
    text: 'Please explain the line items on my invoice.',
    receivedAt: '2026-03-02T09:00:00Z',
  }
  const state = {
    orgId: 'org_1',
    userId: 'cus_1',
    workflowId: 'wf_1',
    billingStatus: 'active',
    sender: { trust },
    trigger: { type: 'customer_query', payload },
  }
  writeFileSync(path, JSON.stringify(state))
  return path
}

it('decides by guards, then the configured model, then the rules', async () => {
  const verified = stateFile('verified.json', 'verified')
  const stranger = stateFile('stranger.json', 'unverified')
  const decide = async (path: string, environment: Record<string, string>) => {
    const { code, out, err } = await run(['src/cli.ts', 'decide', path, '--json'], environment)
    expect([code, err]).toEqual([0, ''])
    return JSON.parse(out) as unknown
  }
  await withModel(ANOMALY, async (environment, calls) => {
    expect(await decide(verified, environment)).toMatchObject({
      nextAgent: 'anomaly_agent',
      source: 'model',
    })
    expect(calls()).toBe(1)
    expect(await decide(stranger, environment)).toMatchObject({
      nextAgent: 'human_escalation',
      source: 'guard',
    })
    expect(calls()).toBe(1)
  })
  await withModel({ kind: 'status', status: 500 }, async (environment) => {
    expect(await decide(verified, environment)).toMatchObject({
      nextAgent: 'inquiry_agent',
      source: 'rules',
    })
  })
  expect(await decide(verified, {})).toMatchObject({ nextAgent: 'inquiry_agent', source: 'rules' })
})

it('runs the evals against the configured model, and says so when there is none', async () => {
  const args = [
    'evals/run.ts',
    '--suite',
    'routing',
    '--provider',
    'openai',
    '--split',
    'dev',
    '--json',
    '--report',
    folder,
  ]
  await withModel(ANOMALY, async (environment, calls) => {
    const { code, out } = await run(args, environment)
    // A model that says the same of every mail must not pass.
    expect(code).toBe(1)
    const { suites } = JSON.parse(out) as { suites: { scores: Record<string, number> }[] }
    const scores = suites[0]?.scores ?? {}
    expect(scores['byModel']).toBe(calls())
    expect(scores['byModel']).toBeGreaterThan(50)
    expect(scores['accuracy']).toBeLessThan(0.97)
  })
  const recording = join(folder, 'calls.jsonl')
  const live = await withModel(ANOMALY, (environment) =>
    run([...args, '--record', recording], environment),
  )
  const replayed = await run(
    [...args.filter((arg) => arg !== 'openai' && arg !== '--provider'), '--replay', recording],
    {},
  )
  const scoresOf = ({ out }: { out: string }) => {
    const { suites } = JSON.parse(out) as { suites: { scores: Record<string, number> }[] }
    const { accuracy, byModel, modelCalls } = suites[0]?.scores ?? {}
    return { accuracy, byModel, modelCalls }
  }
  expect(scoresOf(replayed)).toEqual(scoresOf(live))
  const without = await run(args, {})
  expect(without.code).toBe(1)
  expect(without.err).toContain('OPENAI_API_KEY')
  expect((await run(['evals/run.ts', '--provider', 'openai', '--update-baseline'], {})).code).toBe(
    2,
  )
})
