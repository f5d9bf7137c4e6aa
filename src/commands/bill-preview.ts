import Table from 'cli-table3'
import type { Scope } from '#db/context.ts'
import { previewRun, type RunPreview } from '#src/invoicing/preview-run.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { formatMoney, money } from '#src/kernel/money.ts'
import { printJson, printLine } from './output.ts'

/** `bill --preview`: what the run would come to, and the hash that `--expect` demands. Writes nothing. */
export async function billPreview(
  scope: Scope,
  options: { period: string; top: string; json?: boolean },
): Promise<void> {
  if (!/^[1-9]\d{0,3}$/.test(options.top)) throw invalidField('--top', 'must be 1 to 9999')
  const preview = await previewRun(scope, { period: options.period, top: Number(options.top) })
  if (options.json) printJson(preview)
  else printPreview(preview)
}

function printPreview(preview: RunPreview): void {
  const shown = (minor: bigint, currency: string) =>
    formatMoney(money(minor, parseCurrency(currency)))
  const totals = new Table({
    head: ['currency', 'invoices', 'net', 'tax', 'total', 'month before', 'difference'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
  })
  for (const { currency, invoices, ...sums } of preview.totals)
    totals.push([
      currency,
      invoices,
      shown(sums.subtotalMinor, currency),
      shown(sums.taxMinor, currency),
      shown(sums.totalMinor, currency),
      shown(sums.beforeMinor, currency),
      shown(sums.totalMinor - sums.beforeMinor, currency),
    ])
  printLine(totals.toString())
  const differences = new Table({
    head: ['customer', 'subscription', 'month before', 'total', 'difference'],
    style: { head: [], border: [] },
    colAligns: ['left', 'left', 'right', 'right', 'right'],
  })
  for (const { customerId, subscriptionId, currency, ...sums } of preview.topDifferences)
    differences.push([
      customerId,
      subscriptionId,
      shown(sums.beforeMinor, currency),
      shown(sums.totalMinor, currency),
      shown(sums.totalMinor - sums.beforeMinor, currency),
    ])
  if (preview.topDifferences.length > 0) printLine(differences.toString())
  for (const { reason, accounts } of preview.skipped) printLine(`would skip ${accounts}: ${reason}`)
  if (preview.existing > 0) printLine(`${preview.existing} of the invoices are there already`)
  printLine(`hash ${preview.hash}`)
}
