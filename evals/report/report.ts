import { brokenGates, type Split, type Suite, type SuiteResult } from '../suite.ts'

/** A suite's result with its name and what speaks against letting it pass. */
export interface SuiteReport extends SuiteResult {
  readonly suite: string
  readonly title: string
  readonly about: string
  /** Figures by name, for programs. */
  readonly scores: Readonly<Record<string, number>>
  readonly failures: readonly string[]
}

export interface Report {
  /** Who decided: "offline rules", or a model and how it was reached. */
  readonly decidedBy: string
  readonly split: Split
  readonly k: number
  readonly dataset: string | null
  readonly passed: boolean
  readonly suites: readonly SuiteReport[]
}

export function suiteReport(
  { name, title, about }: Pick<Suite, 'name' | 'title' | 'about'>,
  result: SuiteResult,
  losses: readonly string[],
): SuiteReport {
  return {
    suite: name,
    title,
    about,
    ...result,
    scores: Object.fromEntries(result.figures.map((figure) => [figure.name, figure.value])),
    failures: [...brokenGates(result.figures), ...losses],
  }
}

/** What stands above a report, in a sentence. */
export function verdictOf({ suites }: Pick<Report, 'suites'>): string {
  const failed = suites.filter(({ failures }) => failures.length > 0)
  const left = suites.filter((one) => one.skipped !== null)
  const ran = suites.length - left.length
  const also = left.length > 0 ? ` ${left.length} not run.` : ''
  if (failed.length === 0) return `All gates hold in ${ran} of ${ran} suites.${also}`
  return `Gates fail in ${failed.map(({ title }) => title).join(', ')}.${also}`
}
