import type { Table } from '../suite.ts'
import { gateOf, holds, intervalOf, nameOf, valueOf, wrongOf } from './figures.ts'
import { verdictOf, type Report, type SuiteReport } from './report.ts'

const SHOWN_ON_A_TERMINAL = 20

/** The run as a Markdown page. */
export function markdownReport(report: Report): string {
  return [...headOf(report), ...report.suites.flatMap(partsOf)].join('\n\n') + '\n'
}

/** The figures alone: what a terminal shows. */
export function markdownSummary(report: Report): string {
  const parts = report.suites.flatMap((suite) => [
    ...titleOf(suite),
    ...figuresOf(suite),
    ...wrongTable(suite, SHOWN_ON_A_TERMINAL),
  ])
  return [...headOf(report), ...parts].join('\n\n') + '\n'
}

function headOf(report: Report): string[] {
  const set = report.dataset === null ? '' : `, data set ${report.dataset}`
  return [
    '# Evals',
    `Decided by ${report.decidedBy}; split ${report.split}${set}; runs a case: ${report.k}.`,
    verdictOf(report),
  ]
}

function partsOf(suite: SuiteReport): string[] {
  return [
    ...titleOf(suite),
    ...figuresOf(suite),
    ...suite.tables.flatMap((table) => [`### ${table.title}`, tableText(table)]),
    ...wrongTable(suite),
  ]
}

function titleOf(suite: SuiteReport): string[] {
  const failed = suite.failures.map((failure) => `- fails: ${failure}`).join('\n')
  return [
    `## ${suite.title}`,
    suite.skipped === null ? suite.about : `Not run: ${suite.skipped}`,
    ...suite.notes,
    ...(failed ? [failed] : []),
  ]
}

function figuresOf({ figures, outcomes }: SuiteReport): string[] {
  if (figures.length === 0) return []
  const rows = figures.map((figure) => [
    nameOf(figure),
    valueOf(figure.value, figure.unit),
    intervalOf(figure),
    gateOf(figure),
    { true: 'holds', false: 'FAILS', null: '' }[`${holds(figure)}`],
    figure.about ?? '',
  ])
  const head = ['figure', 'value', '95 % interval', 'gate', '', 'what it is']
  return [tableText({ head, rows: [['cases', `${outcomes.length}`, '', '', '', ''], ...rows] })]
}

function wrongTable({ outcomes }: SuiteReport, atMost = Infinity): string[] {
  const wrong = wrongOf(outcomes)
  if (wrong.length === 0) return []
  const rows = wrong
    .slice(0, atMost)
    .map(({ id, expected, actual, detail, why }) => [id, expected, actual, detail, why])
  const head = ['case', 'expected', 'got', 'said', 'label because']
  const more = wrong.length > atMost ? [`and ${wrong.length - atMost} more in the report`] : []
  return ['### Wrong', tableText({ head, rows }), ...more]
}

function tableText({ head, rows }: Pick<Table, 'head' | 'rows'>): string {
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function line(row: readonly string[]): string {
  const cells = row.map((cell) => cell.replaceAll('|', '\\|').replace(/\s*\n\s*/gu, ' '))
  return `| ${cells.join(' | ')} |`
}
