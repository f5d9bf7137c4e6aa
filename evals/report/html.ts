import type { Figure, Table } from '../suite.ts'
import { gateOf, holds, intervalOf, nameOf, valueOf, wrongOf } from './figures.ts'
import { verdictOf, type Report, type SuiteReport } from './report.ts'
import { STYLE } from './style.ts'

/** The run as one HTML file that needs no other host: the verdict, then the gates, then everything behind them. */
export function htmlReport(report: Report): string {
  const set = report.dataset === null ? '' : ` · data set ${escape(report.dataset)}`
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>Evals</title><style>${STYLE}</style></head><body>
<header><h1>Evals</h1>
<p class="verdict ${report.passed ? 'good' : 'bad'}">${escape(verdictOf(report))}</p>
<p>Decided by ${escape(report.decidedBy)} · split ${report.split}${set} · runs a case: ${report.k}</p>
${overview(report)}</header>
${report.suites.map(section).join('\n')}
</body></html>\n`
}

function overview({ suites }: Report): string {
  const rows = suites.map((suite) => [
    `<a href="#${suite.suite}">${escape(suite.title)}</a>`,
    suite.skipped === null ? `${suite.outcomes.length}` : '–',
    state(suite),
    suite.figures.filter(isGated).map(short).join(' · '),
  ])
  return tableOf(['Suite', 'Cases', 'Gates', 'Figures with a gate'], rows)
}

function state({ skipped, failures }: SuiteReport): string {
  if (skipped !== null) return '<span class="mute">not run</span>'
  return failures.length === 0 ? '<span class="good">hold</span>' : '<span class="bad">fail</span>'
}

function isGated(figure: Figure): boolean {
  return holds(figure) !== null
}

function short(figure: Figure): string {
  const text = `${escape(nameOf(figure))} ${valueOf(figure.value, figure.unit)}`
  return holds(figure) === false ? `<span class="bad">${text}</span>` : text
}

function section(suite: SuiteReport): string {
  const { figures, tables, failures, notes, skipped } = suite
  const wrong = wrongOf(suite.outcomes)
  return `<section id="${suite.suite}"><h2>${escape(suite.title)} ${state(suite)}</h2>
<p>${escape(suite.about)}</p>
${skipped === null ? '' : `<p class="mute">Not run: ${escape(skipped)}</p>`}
${notes.map((note) => `<p class="mute">${escape(note)}</p>`).join('')}
${failures.length === 0 ? '' : `<ul class="bad">${failures.map((one) => `<li>${escape(one)}</li>`).join('')}</ul>`}
${figures.length === 0 ? '' : figureTable(figures)}
${
  wrong.length === 0
    ? ''
    : `<details open><summary>Wrong or unsafe: ${wrong.length} of ${suite.outcomes.length}</summary>${tableOf(
        ['Case', 'Expected', 'Got', 'Said', 'Label because'],
        wrong.map(({ id, expected, actual, detail, why }) =>
          [id, expected, actual, detail, why].map(escape),
        ),
      )}</details>`
}
${tables.map((table) => `<details open><summary>${escape(table.title)}</summary>${dataTable(table)}</details>`).join('\n')}
</section>`
}

function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const held = holds(figure)
    const mark =
      held === null
        ? ''
        : held
          ? '<span class="good">holds</span>'
          : '<span class="bad">fails</span>'
    return [
      escape(nameOf(figure)),
      `<b>${valueOf(figure.value, figure.unit)}</b>`,
      intervalOf(figure),
      `${gateOf(figure)} ${mark}`,
      `<span class="mute">${escape(figure.about ?? '')}</span>`,
    ]
  })
  return tableOf(['Figure', 'Value', '95 % interval', 'Gate', 'What it is'], rows)
}

/** On the diagonal of a confusion matrix stands what is right. */
function dataTable({ head, rows, kind }: Table): string {
  if (kind !== 'confusion')
    return tableOf(
      head.map(escape),
      rows.map((row) => row.map(escape)),
    )
  return tableOf(
    head.map(escape),
    rows.map((row, at) =>
      row.map((cell, column) => {
        if (column === 0) return `<b>${escape(cell)}</b>`
        if (cell === '0') return '<span class="mute">0</span>'
        return `<span class="${column === at + 1 ? 'good' : 'bad'}">${escape(cell)}</span>`
      }),
    ),
  )
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, row: readonly string[]): string =>
    `<tr>${row.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`
  return `<div class="wide"><table>${cells('th', head)}${rows.map((row) => cells('td', row)).join('')}</table></div>`
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
