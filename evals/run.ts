import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { ModelDecider } from '#graph/decide.ts'
import { modelDeciderAlone } from '#graph/supervisor.ts'
import { readConfig } from '#src/config.ts'
import { openAiModel } from '#src/gateways/model/openai.ts'
import { AppError } from '#src/kernel/errors.ts'
import { Baseline, baselineOf, failuresOf } from './gate.ts'
import { htmlReport, markdownReport, type Report } from './report.ts'
import { folderOf, loadCases, readCases } from './load-cases.ts'
import { RoutingCase } from './suites/routing-cases.ts'
import { lockNewTests } from './test-lock.ts'
import { runRouting, scoreRouting } from './suites/routing.ts'

const USAGE =
  'npm run evals -- [--suite routing] [--split dev|test|all] [--model] [--json] [--update-baseline] [--lock-new-tests] [--report DIR]'
const WARM_UP_PASSES = 4
const BASELINE = new URL('baseline.json', import.meta.url)

/** Exit 0 when the gate holds, 1 when it does not, 2 for a wrong command line. */
async function main(args: string[]): Promise<number> {
  const options = readOptions(args)
  if (!options) {
    process.stderr.write(`${USAGE}\n`)
    return 2
  }
  if (options.lockNewTests) {
    const added = lockNewTests(folderOf('routing'), readCases('routing', RoutingCase))
    process.stdout.write(`${added.length} test cases locked\n`)
    return 0
  }
  const all = loadCases('routing', RoutingCase)
  const cases = all.filter(({ split }) => options.split === 'all' || split === options.split)
  const model = options.model ? configuredModel() : undefined
  // Passes thrown away: they time the compiler, not the rules. A model is asked once a case.
  for (let pass = 0; pass < (model ? 0 : WARM_UP_PASSES); pass += 1) await runRouting(cases)
  const outcomes = await runRouting(cases, model)
  const scores = scoreRouting(outcomes)
  if (options.updateBaseline) writeJson(baselineOf(scores, outcomes))
  const failures = failuresOf(scores, outcomes, readBaseline())
  const wrong = outcomes.filter(({ isRight }) => !isRight)
  const report: Report = { split: options.split, scores, wrong, failures }
  writeReport(options.reportDirectory, report)
  const shown = options.json
    ? `${JSON.stringify({ suite: 'routing', ...report })}\n`
    : markdownReport(report)
  process.stdout.write(shown)
  return failures.length === 0 ? 0 : 1
}

interface Options {
  readonly split: string
  /** The configured model decides what the guards leave, instead of the offline rules. */
  readonly model: boolean
  readonly json: boolean
  /** Locks test cases that are new, and does nothing else. */
  readonly lockNewTests: boolean
  readonly updateBaseline: boolean
  readonly reportDirectory: string
}

function readOptions(args: string[]): Options | null {
  try {
    const { values } = parseArgs({
      args,
      options: {
        suite: { type: 'string', default: 'routing' },
        split: { type: 'string', default: 'all' },
        model: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        'update-baseline': { type: 'boolean', default: false },
        'lock-new-tests': { type: 'boolean', default: false },
        report: { type: 'string', default: join('.tollkeeper', 'evals') },
      },
    })
    if (values.suite !== 'routing' || !['dev', 'test', 'all'].includes(values.split)) return null
    // The baseline is what the offline rules reached over all cases.
    if (values['update-baseline'] && (values.split !== 'all' || values.model)) return null
    return {
      split: values.split,
      model: values.model,
      json: values.json,
      lockNewTests: values['lock-new-tests'],
      updateBaseline: values['update-baseline'],
      reportDirectory: values.report,
    }
  } catch {
    return null
  }
}

/** @throws invalid_input when no model is configured. */
function configuredModel(): ModelDecider {
  const { openai } = readConfig(process.env)
  if (openai) return modelDeciderAlone(openAiModel(openai))
  throw new AppError(
    'invalid_input',
    '--model needs OPENAI_API_KEY (and OPENAI_BASE_URL, OPENAI_MODEL)',
  )
}

function readBaseline(): Baseline | null {
  if (!existsSync(BASELINE)) return null
  return Baseline.parse(JSON.parse(readFileSync(BASELINE, 'utf8')))
}

function writeJson(baseline: Baseline): void {
  writeFileSync(BASELINE, `${JSON.stringify(baseline, null, 2)}\n`)
}

function writeReport(directory: string, report: Report): void {
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'routing.md'), markdownReport(report))
  writeFileSync(join(directory, 'routing.html'), htmlReport(report))
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof AppError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
