import { baselineOf, lossesAgainst, readBaseline, writeBaseline } from './baseline.ts'
import type { Options } from './options.ts'
import { suiteReport, type Report, type SuiteReport } from './report/report.ts'
import type { Suite, SuiteOptions } from './suite.ts'

/** Runs the suites one after the other. Only the offline rules on our own cases have a baseline to lose against. */
export async function runSuites(
  suites: readonly Suite[],
  options: Options,
  given: {
    readonly model: SuiteOptions['model']
    readonly decidedBy: string
    /** Asked after each suite: what a replay could not answer so far. */
    readonly missing: () => string[]
  },
): Promise<Report> {
  const { split, k, dataset, dataFolder } = options
  const baseline = given.model === null && dataset === null ? readBaseline() : {}
  const reports: SuiteReport[] = []
  for (const suite of suites) {
    const result = await suite.run({ split, k, dataset, dataFolder, model: given.model })
    const losses = options.updateBaseline
      ? []
      : lossesAgainst(baseline[suite.name], result.outcomes)
    reports.push(suiteReport(suite, result, [...losses, ...given.missing()]))
  }
  if (options.updateBaseline)
    writeBaseline(
      Object.fromEntries(
        reports
          .filter(({ skipped }) => skipped === null)
          .map(({ suite, outcomes }) => [suite, baselineOf(outcomes)]),
      ),
    )
  const passed = reports.every(({ failures }) => failures.length === 0)
  return { decidedBy: given.decidedBy, split, k, dataset, passed, suites: reports }
}
