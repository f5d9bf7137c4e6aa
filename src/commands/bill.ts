import Table from 'cli-table3'
import { openGround } from '#src/compose.ts'
import type { Config } from '#src/config.ts'
import { progressOn } from '#src/demo/progress.ts'
import type { BillingSummary } from '#src/invoicing/run-summary.ts'
import { runBilling } from '#src/invoicing/run-billing.ts'
import { catchUp } from '#src/metering/catch-up.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { formatMoney, money } from '#src/kernel/money.ts'
import { monthlyPeriod } from '#src/kernel/time.ts'
import { billPreview } from './bill-preview.ts'
import { printJson, printLine } from './output.ts'
import { scopeForCommand } from './organization.ts'

/** `bill --period 2026-02`: a month's invoices. Run again, it resumes, or says that nothing is left to do. */
export async function bill(
  config: Config,
  options: {
    period: string
    preview?: boolean
    expect?: string
    top: string
    org?: string
    json?: boolean
  },
): Promise<void> {
  // Before a database is opened, or even made.
  monthlyPeriod(options.period, 1, 'UTC')
  if (options.expect !== undefined && !/^[0-9a-f]{64}$/.test(options.expect))
    throw invalidField('--expect', 'must be the hash that --preview printed')
  const ground = await openGround(config)
  try {
    const scope = await scopeForCommand(ground.system, options.org)
    // What came late for earlier months is known once it is rolled up.
    await catchUp(ground.system)
    if (options.preview) return await billPreview(scope, options)
    const progress = progressOn(process.stderr, () => performance.now())
    let step = progress.step(`Billing ${options.period}`)
    let drafting = true
    const summary = await runBilling(scope, {
      period: options.period,
      ...(options.expect === undefined ? {} : { expectedHash: options.expect }),
      onProgress: ({ phase, done, total }) => {
        if (drafting && phase === 'finalizing') {
          step.done('drafts')
          step = progress.step(`Finalizing ${options.period}`)
          drafting = false
        }
        step.at(done, total)
      },
    })
    step.done(`${summary.generated.toLocaleString('en')} invoices`)
    if (options.json) printJson(summary)
    else printSummary(summary)
  } finally {
    await ground.close()
  }
}

function printSummary(summary: BillingSummary): void {
  const table = new Table({
    head: ['currency', 'invoices', 'usage', 'flat', 'proration', 'adjustments', 'tax', 'total'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
  })
  for (const { currency, invoices, ...amounts } of summary.totals) {
    const shown = (minor: bigint) => formatMoney(money(minor, currency))
    table.push([
      currency,
      invoices,
      shown(amounts.usageMinor),
      shown(amounts.flatMinor),
      shown(amounts.prorationMinor),
      shown(amounts.adjustmentMinor),
      shown(amounts.taxMinor),
      shown(amounts.totalMinor),
    ])
  }
  printLine(table.toString())
  const reasons = new Map<string, number>()
  for (const { reason } of summary.skipped) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  for (const [reason, count] of reasons) printLine(`skipped ${count}: ${reason}`)
  for (const { customerId, metric, quantity, reason } of summary.unrated)
    printLine(
      `not billed: ${quantity} ${metric} of ${customerId} (${reason === 'late' ? 'came after the invoice' : 'the plan has no price for it'})`,
    )
  for (const notice of summary.notices) printLine(notice)
  for (const { customerId, reason } of summary.held) printLine(`held: ${customerId}: ${reason}`)
  if (summary.waiting > summary.held.length)
    printLine(
      `${summary.waiting - summary.held.length} drafts wait for the end of their grace period`,
    )
  if (summary.alreadyDone) printLine('This period was billed before: nothing was changed.')
}
