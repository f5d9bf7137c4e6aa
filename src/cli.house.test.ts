import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { PRICING } from './demo/acme.ts'

const folder = mkdtempSync(join(tmpdir(), 'tollkeeper-cli-'))
const home = join(folder, 'home')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const USAGE = {
  plan: 'api',
  period: { start: '2026-02-01T00:00:00Z', end: '2026-03-01T00:00:00Z' },
  customer: { country: 'DE' },
  usage: { api_calls: '247891' },
}
const FILES = {
  'pricing.yaml': PRICING,
  'usage.json': JSON.stringify(USAGE),
  'unpriced.json': JSON.stringify({ ...USAGE, usage: { nope: '1' } }),
  'unplanned.json': JSON.stringify({ ...USAGE, plan: 'none' }),
  'broken.yaml': 'tiers: [1',
  'broken.json': '{',
  'nan.csv': 'timestamp,value\n2026-02-01T00:00:00Z,NaN\n',
}
for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text)

/** The command as a user types it, in the folder of the files, with nothing of this machine connected. */
function tollkeeper(...args: string[]) {
  return spawnSync(process.execPath, [join(import.meta.dirname, 'cli.ts'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], TOLLKEEPER_HOME: home },
  })
}

it.each([
  [['rate', 'gone.yaml', 'usage.json'], 'error: gone.yaml: no such file'],
  [['rate', '.', 'usage.json'], 'error: .: is a directory, not a file'],
  [['rate', 'broken.yaml', 'usage.json'], 'error: broken.yaml: 1 problem'],
  [['rate', 'pricing.yaml', 'broken.json'], 'error: broken.json: not JSON'],
  [['rate', 'pricing.yaml', 'unplanned.json'], 'error: unplanned.json: plan: "none"'],
  [['decide', 'gone.json'], 'error: gone.json: no such file'],
  [['decide', 'broken.json'], 'error: broken.json: not JSON'],
  [['detect', '.'], 'error: .: is a directory, not a file'],
  [['detect', 'nan.csv'], 'error: nan.csv: line 2: "NaN" is not a number'],
  [['ingest', 'gone.jsonl'], 'error: gone.jsonl: no such file'],
  [['ingest', '.'], 'error: .: is a directory, not a file'],
  [['import-bank', 'gone.csv'], 'error: gone.csv: no such file'],
  [['bill', '--period', '2026-13'], 'error: period: "2026-13" is not a month like 2026-02'],
  [['rate', 'pricing.yaml', 'usage.json', '--nope'], "error: unknown option '--nope'"],
  [['nope'], "error: unknown command 'nope'"],
])('%j is wrong usage: exit 2, the reason on stderr, nothing written', (args, reason) => {
  const { status, stdout, stderr } = tollkeeper(...args)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr.slice(0, reason.length)).toBe(reason)
  expect(existsSync(home)).toBe(false)
})

it('usage without a price is in the answer and warned of on stderr, and the rest is rated', () => {
  const { status, stdout, stderr } = tollkeeper('rate', 'pricing.yaml', 'unpriced.json')
  expect(status).toBe(0)
  expect(stderr).toBe(
    'warning: unpriced.json: 1 of "nope" is on no line: plan "api" has no price for it\n',
  )
  expect(JSON.parse(stdout)).toMatchObject({
    totalMinor: '0',
    unrated: [{ metric: 'nope', plan: 'api', quantity: '1' }],
  })
})

it('a line of a batch without an id, or without anything, is answered as its own mistake', () => {
  const lines = ['null', '{', '{"pricing":{},"usage":{}}', '{"id":7,"usage":{}}']
  writeFileSync(join(folder, 'cases.jsonl'), lines.join('\n'))
  const { status, stdout } = tollkeeper('rate', '--batch', 'cases.jsonl')
  expect(status).toBe(0)
  const answers = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: unknown; error: { code: string } })
  expect(answers.map(({ id, error }) => [id, error.code])).toEqual([
    [null, 'invalid_input'],
    [null, 'invalid_input'],
    [null, 'invalid_input'],
    [7, 'invalid_input'],
  ])
})

it('serve tells of a taken port and ends', async () => {
  const other = createServer().listen(0)
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  // Not the synchronous spawn: the other server lives in this process.
  const child = spawn(process.execPath, [join(import.meta.dirname, 'cli.ts'), 'serve'], {
    env: { PATH: process.env['PATH'], TOLLKEEPER_HOME: home, PORT: String(port) },
  })
  const said = child.stderr.setEncoding('utf8').toArray()
  const [status] = await once(child, 'exit')
  other.close()
  expect(status).toBe(1)
  expect((await said).join('')).toBe(`error: port ${port} is taken: set PORT to another\n`)
})
