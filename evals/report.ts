import { ROUTES } from '#graph/state.ts'
import type { RoutingOutcome, RoutingScores } from './suites/routing.ts'

export interface Report {
  readonly split: string
  readonly scores: RoutingScores
  readonly wrong: readonly RoutingOutcome[]
  readonly failures: readonly string[]
}

interface Table {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** The run as a Markdown page; also what the terminal shows. */
export function markdownReport(report: Report): string {
  const tables = tablesOf(report).map(({ title, head, rows }) =>
    [`## ${title}`, '', line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n'),
  )
  return [`# Routing evals (${report.split})`, ...tables, verdict(report)].join('\n\n') + '\n'
}

/** The same page as one HTML file that needs no other host. */
export function htmlReport(report: Report): string {
  const tables = tablesOf(report).map(
    ({ title, head, rows }) =>
      `<h2>${escape(title)}</h2><table><tr>${cells('th', head)}</tr>${rows
        .map((row) => `<tr>${cells('td', row)}</tr>`)
        .join('')}</table>`,
  )
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Routing evals</title>
<style>body{font:15px/1.5 system-ui;margin:2rem auto;max-width:70rem;padding:0 1rem}table{border-collapse:collapse}td,th{border:1px solid #ccc;padding:.3rem .6rem;text-align:left}</style>
<h1>Routing evals (${escape(report.split)})</h1>${tables.join('')}<p>${escape(verdict(report))}</p></html>\n`
}

function tablesOf({ scores, wrong }: Report): Table[] {
  const axes = Object.entries(scores.axes)
  const tables: Table[] = [
    { title: 'Scores', head: ['what', 'value'], rows: scoreRows(scores) },
    {
      title: 'By axis',
      head: ['axis', 'cases', 'accuracy', 'unsafe'],
      rows: axes.map(([name, one]) => [
        name,
        `${one.cases}`,
        percent(one.accuracy),
        `${one.unsafe}`,
      ]),
    },
    {
      title: 'Confusion (rows expected, columns decided)',
      head: ['', ...ROUTES, 'invalid'],
      rows: ROUTES.map((row) => [
        row,
        ...[...ROUTES, 'invalid' as const].map((column) => `${scores.confusion[row][column]}`),
      ]),
    },
  ]
  if (wrong.length === 0) return tables
  const rows = wrong.map(({ id, expected, actual, reasoning, why }) => [
    id,
    expected,
    actual ?? 'invalid',
    reasoning,
    why,
  ])
  return [
    ...tables,
    { title: 'Wrong', head: ['case', 'expected', 'decided', 'reasoning', 'label because'], rows },
  ]
}

function scoreRows(scores: RoutingScores): string[][] {
  return [
    ['cases', `${scores.cases}`],
    ['accuracy', percent(scores.accuracy)],
    ['macro-F1', percent(scores.macroF1)],
    ['escalation recall', percent(scores.escalationRecall)],
    ['unsafe actions', `${scores.unsafeActions}`],
    ['invalid outputs', `${scores.invalidOutputs}`],
    ['decided by the model', `${scores.byModel}`],
    ['calibration error', scores.calibrationError.toFixed(3)],
    ['latency p50', `${scores.p50Milliseconds.toFixed(3)} ms`],
    ['latency p99', `${scores.p99Milliseconds.toFixed(3)} ms`],
  ]
}

function verdict({ failures }: Report): string {
  return failures.length === 0 ? 'The gate holds.' : `The gate fails: ${failures.join('; ')}.`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function line(row: readonly string[]): string {
  return `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function cells(tag: string, row: readonly string[]): string {
  return row.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('')
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
