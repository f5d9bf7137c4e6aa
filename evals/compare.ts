import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { AppError } from '#src/kernel/errors.ts'
import { baselineOf, paired } from './baseline.ts'

const Report = z.looseObject({
  decidedBy: z.string(),
  suites: z.array(
    z.looseObject({
      suite: z.string(),
      title: z.string(),
      scores: z.record(z.string(), z.number()),
      outcomes: z.array(z.looseObject({ id: z.string(), isRight: z.boolean() })),
    }),
  ),
})
type Report = z.infer<typeof Report>

/**
 * Compares two runs (report.json, or what `--json` printed) case by case: what changed on the cases both know, and
 * whether that can be luck. Exit 1 where the second is worse than luck allows.
 * @throws not_found, invalid_input naming the file
 */
export function compareReports(fromPath: string, toPath: string): { text: string; code: number } {
  const [from, to] = [readReport(fromPath), readReport(toPath)]
  const lines = [`# ${from.decidedBy} → ${to.decidedBy}`]
  let isWorse = false
  for (const suite of to.suites) {
    const before = from.suites.find((one) => one.suite === suite.suite)
    if (!before) {
      lines.push(`## ${suite.title}`, 'Only in the second run.')
      continue
    }
    const pairs = paired(baselineOf(before.outcomes), suite.outcomes)
    isWorse ||= pairs.isWorse
    const { both, lost, won } = pairs
    lines.push(
      `## ${suite.title}`,
      `${both} cases in both; ${lost.length} lost, ${won.length} won; p(worse) ${pairs.pWorse.toFixed(4)}, p(better) ${pairs.pBetter.toFixed(4)}${pairs.isWorse ? ': WORSE' : ''}`,
      ...(lost.length > 0 ? [`Lost: ${lost.join(', ')}`] : []),
      ...(won.length > 0 ? [`Won: ${won.join(', ')}`] : []),
      ...scoreLines(before.scores, suite.scores),
    )
  }
  return { text: `${lines.join('\n\n')}\n`, code: isWorse ? 1 : 0 }
}

function scoreLines(before: Record<string, number>, after: Record<string, number>): string[] {
  const rows = Object.entries(after).flatMap(([name, value]) => {
    const was = before[name]
    return was === undefined ? [] : [`| ${name} | ${round(was)} | ${round(value)} |`]
  })
  return rows.length === 0
    ? []
    : [['| figure | first | second |', '| --- | --- | --- |', ...rows].join('\n')]
}

function round(value: number): string {
  return Number.isInteger(value) ? `${value}` : value.toFixed(4)
}

function readReport(path: string): Report {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new AppError('not_found', `${path}: no report in JSON can be read there`, { cause })
  }
  const parsed = Report.safeParse(json)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new AppError(
    'invalid_input',
    `${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  )
}
