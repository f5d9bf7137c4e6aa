import Table from 'cli-table3'
import { agreementReport, type AgreementReport } from '#src/approvals/agreement/report.ts'
import type { Agreement } from '#src/approvals/agreement/rules.ts'
import { EARNED_DAYS } from '#src/approvals/autonomy.ts'
import { openGround } from '#src/compose.ts'
import type { Config } from '#src/config.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { scopeForCommand } from './organization.ts'
import { printJson, printLine } from './output.ts'

/** `agreement`: how far shadow and live model, and people and proposals, agree. */
export async function agreement(
  config: Config,
  options: { readonly since?: string; readonly org?: string; readonly json?: boolean },
): Promise<void> {
  const since = options.since === undefined ? null : parseInstant(options.since, '--since')
  const ground = await openGround(config)
  try {
    const scope = await scopeForCommand(ground.system, options.org)
    const from = since ?? scope.now.subtract({ hours: 24 * EARNED_DAYS })
    const report = await scope.transact((ctx) => agreementReport(ctx, from))
    if (options.json) printJson(report)
    else printReport(report)
  } finally {
    await ground.close()
  }
}

function printReport({ since, routes, actions, people, disagreements }: AgreementReport): void {
  const table = new Table({
    head: ['what', '', 'n', 'agreed', '95 % interval', 'kappa'],
    style: { head: [], border: [] },
  })
  table.push(['routes', 'all', ...cells(routes), kappaText(routes.kappa)])
  for (const row of routes.each)
    table.push(['route', row.label, ...cells(row), kappaText(row.kappa)])
  for (const row of actions.each)
    table.push(['action', row.label, ...cells(row), kappaText(row.kappa)])
  for (const row of people) table.push(['people', row.kind, ...cells(row), ''])
  printLine(`since ${since}; shadow against live model, and people against proposals`)
  printLine(table.toString())
  for (const row of disagreements)
    printLine(
      `${row.at} ${row.task} ${row.runId ?? row.callId}: ${row.live.join('+')} (${row.liveReason}) / ${row.shadowed.join('+')} (${row.shadowReason})`,
    )
}

function cells({ n, agreed, share, interval: [low, high] }: Agreement): string[] {
  const percent = (part: number) => `${(part * 100).toFixed(1)} %`
  return share === null
    ? ['0', '', '']
    : [String(n), `${agreed} (${percent(share)})`, `${percent(low)} to ${percent(high)}`]
}

function kappaText(kappa: number | null): string {
  return kappa === null ? '' : kappa.toFixed(2)
}
