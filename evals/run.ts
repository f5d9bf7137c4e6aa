import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig } from '#src/config.ts'
import { openAiModel } from '#src/gateways/model/openai.ts'
import { AppError } from '#src/kernel/errors.ts'
import { compareReports } from './compare.ts'
import { folderOf, readCases } from './load-cases.ts'
import { readOptions, USAGE, type Options } from './options.ts'
import { htmlReport } from './report/html.ts'
import { markdownReport, markdownSummary } from './report/markdown.ts'
import type { Report } from './report/report.ts'
import { recordingModel, replayingModel } from './recording.ts'
import { runSuites } from './run-suites.ts'
import type { Suite, SuiteOptions } from './suite.ts'
import { SUITES } from './suites/all.ts'
import { DunningCase } from './suites/dunning-cases.ts'
import { GroundedCase } from './suites/grounded-cases.ts'
import { InjectionCase } from './suites/injection/attack.ts'
import { RoutingCase } from './suites/routing-cases.ts'
import { lockNewTests } from './test-lock.ts'

/** Exit 0 when the gates hold, 1 when they do not or the work failed, 2 for a wrong command line. */
async function main(args: string[]): Promise<number> {
  const options = readOptions(args)
  if (typeof options === 'string') return misused(options)
  if (options.compare) {
    const { text, code } = compareReports(...options.compare)
    process.stdout.write(text)
    return code
  }
  if (options.lockNewTests) {
    const added = [
      ...lockNewTests(folderOf('routing'), readCases('routing', RoutingCase)),
      ...lockNewTests(folderOf('dunning'), readCases('dunning', DunningCase)),
      ...lockNewTests(folderOf('grounded'), readCases('grounded', GroundedCase)),
      ...lockNewTests(folderOf('injection'), readCases('injection', InjectionCase)),
    ]
    process.stdout.write(`${added.length} test cases locked\n`)
    return 0
  }
  const unknown = options.suites?.find((name) => !SUITES.some((suite) => suite.name === name))
  if (unknown !== undefined)
    return misused(`no suite ${unknown}; there are ${SUITES.map(({ name }) => name).join(', ')}`)
  const report = await runSuites(chosen(options), options, decider(options))
  writeReport(options.reportDirectory, report)
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : markdownSummary(report))
  return report.passed ? 0 : 1
}

function misused(reason: string): number {
  process.stderr.write(`${reason}\n${USAGE}\n`)
  return 2
}

function chosen({ suites }: Options): readonly Suite[] {
  return suites ? SUITES.filter(({ name }) => suites.includes(name)) : SUITES
}

interface Decider extends Pick<SuiteOptions, 'model'> {
  readonly decidedBy: string
  /** What speaks against the run when it is over. */
  readonly missing: () => string[]
}

/** @throws invalid_input when a model is wanted and none is configured; what recording and replaying throw. */
function decider({ provider, record, replay }: Options): Decider {
  if (replay !== null) {
    const model = replayingModel(replay)
    return { model, decidedBy: `the recording ${replay}`, missing: model.missing }
  }
  const missing = (): string[] => []
  if (provider === 'offline') return { model: null, decidedBy: 'the offline rules', missing }
  const { openai } = readConfig(process.env)
  if (!openai)
    throw new AppError(
      'invalid_input',
      '--provider openai needs OPENAI_API_KEY (and OPENAI_BASE_URL, OPENAI_MODEL)',
    )
  const live = openAiModel({ ...openai, random: Math.random })
  const model = record === null ? live : recordingModel(live, record)
  return { model, decidedBy: `${openai.model}, live`, missing }
}

function writeReport(directory: string, report: Report): void {
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'report.md'), markdownReport(report))
  writeFileSync(join(directory, 'report.html'), htmlReport(report))
  writeFileSync(join(directory, 'report.json'), `${JSON.stringify(report)}\n`)
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof AppError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
