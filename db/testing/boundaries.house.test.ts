import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'

const house = mkdtempSync(join(tmpdir(), 'tollkeeper-house-'))
copyFileSync('.oxlintrc.json', join(house, '.oxlintrc.json'))
afterAll(() => rmSync(house, { recursive: true, force: true }))

/** Lints one planted file with the project's own rules. */
function lint(path: string, code: string): { red: boolean; output: string } {
  const file = join(house, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, code)
  const result = spawnSync(join(process.cwd(), 'node_modules/.bin/oxlint'), [path], {
    cwd: house,
    encoding: 'utf8',
  })
  rmSync(file)
  return { red: result.status !== 0, output: result.stdout }
}

it.each([
  [
    'the kernel reaching up',
    'src/kernel/planted.ts',
    "import { x } from '#db/outbox.ts'\nexport const y = x",
  ],
  [
    'pricing reading the database',
    'src/pricing/planted.ts',
    "import { x } from '#db/context.ts'\nexport const y = x",
  ],
  [
    'pricing using another room',
    'src/pricing/planted.ts',
    "import { x } from '#src/invoicing/x.ts'\nexport const y = x",
  ],
  [
    'the database knowing a room',
    'db/planted.ts',
    "import { x } from '#src/invoicing/x.ts'\nexport const y = x",
  ],
  [
    'a gateway knowing the graph',
    'src/gateways/mailer/planted.ts',
    "import { x } from '#graph/run.ts'\nexport const y = x",
  ],
  [
    'a room knowing an agent',
    'src/payments/planted.ts',
    "import { x } from '#agents/dunning/agent.ts'\nexport const y = x",
  ],
  [
    'a room holding an SDK',
    'src/payments/planted.ts',
    "import { x } from 'stripe'\nexport const y = x",
  ],
  [
    'rules reading the database',
    'src/collections/rules.ts',
    "import { x } from '#db/context.ts'\nexport const y = x",
  ],
  [
    'routes writing SQL',
    'src/payments/routes.ts',
    "import { x } from 'drizzle-orm'\nexport const y = x",
  ],
  [
    'an agent reading the database',
    'agents/dunning/planted.ts',
    "import { x } from '#db/context.ts'\nexport const y = x",
  ],
  [
    'anybody importing a root',
    'src/payments/planted.ts',
    "import { x } from '#src/cli.ts'\nexport const y = x",
  ],
  ['rules reading the clock', 'src/collections/rules.ts', 'export const at = Date.now()'],
])('turns red on %s', (_name, path, code) => {
  const { red, output } = lint(path, `${code}\n`)
  expect(output).toMatch(/eslint\(no-restricted-(imports|properties)\)/)
  expect(red).toBe(true)
})

it.each([
  ['src/pricing/planted.ts', '#src/kernel/money.ts'],
  ['src/payments/planted.ts', '#db/context.ts'],
  ['src/payments/planted.ts', '#src/gateways/payments/provider.ts'],
  ['graph/planted.ts', '#agents/dunning/agent.ts'],
])('lets %s import %s', (path, name) => {
  const { output } = lint(path, `import { x } from '${name}'\nexport const y = x\n`)
  expect(output).not.toMatch(/no-restricted|error:/)
})
