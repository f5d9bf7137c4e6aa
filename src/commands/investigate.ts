import { openGround } from '#src/compose.ts'
import type { Config } from '#src/config.ts'
import {
  investigateInvoice,
  type Investigation,
} from '#src/invoicing/examine/investigate-invoice.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { formatMoney, money } from '#src/kernel/money.ts'
import { printJson, printLine } from './output.ts'
import { scopeForCommand } from './organization.ts'

/** `investigate INVOICE`: where an invoice and what it was made of differ. Returns whether nothing does. */
export async function investigate(
  config: Config,
  invoice: string,
  options: { org?: string; json?: boolean },
): Promise<boolean> {
  const ground = await openGround(config)
  try {
    const scope = await scopeForCommand(ground.system, options.org)
    const found = await scope.transact((ctx) => investigateInvoice(ctx, invoice))
    if (options.json) printJson(found)
    else printInvestigation(found)
    return found.firstDifference === null
  } finally {
    await ground.close()
  }
}

function printInvestigation(found: Investigation): void {
  printLine(`${found.number ?? found.invoiceId} of ${found.customerId}, ${found.status}`)
  for (const { layer, compared, ok, note, differences } of found.layers) {
    const mark = ok === null ? '–' : ok ? '✓' : '✗'
    printLine(`${mark} ${layer.padEnd(10)} ${compared}${note === null ? '' : `: ${note}`}`)
    for (const { where, expected, found: is } of differences)
      printLine(`     ${where}: ${expected} expected, ${is} found`)
  }
  for (const { metric, quantity, events, adjustedOn } of found.late)
    printLine(
      `late since: ${quantity} ${metric} in ${events} events, ${adjustedOn === null ? 'for the next invoice' : `adjusted on ${adjustedOn}`}`,
    )
  printLine(
    found.firstDifference === null
      ? 'No layer differs.'
      : `It first differs at: ${found.firstDifference}`,
  )
  const over = found.overbilledMinor
  if (over !== null && over !== 0n) {
    const shown = formatMoney(money(over < 0n ? -over : over, parseCurrency(found.currency)))
    printLine(over > 0n ? `${shown} net too much was asked.` : `${shown} net too little was asked.`)
  }
}
