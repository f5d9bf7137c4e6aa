import { openGround } from '#src/compose.ts'
import type { Config } from '#src/config.ts'
import { explainEvent, type EventExplanation } from '#src/invoicing/examine/explain-event.ts'
import { explainLines, type LineExplanation } from '#src/invoicing/examine/explain-line.ts'
import { invoiceReference } from '#src/invoicing/examine/find-invoice.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { formatMinor } from '#src/kernel/money.ts'
import { printJson, printLine } from './output.ts'
import { scopeForCommand } from './organization.ts'

/** `explain EVENT_ID | INVOICE_LINE`: why an event is or is not on an invoice, or what an invoice line is made of. */
export async function explain(
  config: Config,
  what: string,
  options: { org?: string; json?: boolean },
): Promise<void> {
  const ground = await openGround(config)
  try {
    const scope = await scopeForCommand(ground.system, options.org)
    const reference = invoiceReference(what)
    if (reference) {
      const lines = await scope.transact((ctx) => explainLines(ctx, reference))
      if (options.json) printJson(reference.line === null ? lines : lines[0])
      else for (const line of lines) printLineExplanation(line)
    } else {
      const event = await scope.transact((ctx) => explainEvent(ctx, what))
      if (options.json) printJson(event)
      else printEventExplanation(event)
    }
  } finally {
    await ground.close()
  }
}

function printLineExplanation(line: LineExplanation): void {
  const amount = `${formatMinor(line.amountMinor, parseCurrency(line.currency))} ${line.currency}`
  printLine(`${line.reference}  ${line.description}  ${amount}`)
  printLine(`  ${line.kind}, plan ${line.plan ?? 'unknown'}, pricing ${line.pricingVersion}`)
  for (const step of line.steps) printLine(`  ${step}`)
  for (const { day, events, sum } of line.usage?.days ?? [])
    printLine(`    ${day}  ${sum} in ${events} events`)
  if (line.usage && line.usage.sample.length > 0)
    printLine(`    first events: ${line.usage.sample.join(', ')}`)
}

function printEventExplanation(event: EventExplanation): void {
  switch (event.state) {
    case 'refused':
      printLine(`not taken (${event.code}): ${event.reason}`)
      printLine(`dead letter ${event.deadLetterId}, ${event.status}, received ${event.times} times`)
      return
    case 'detached':
      printLine(`${event.eventId}: taken at ${event.receivedAt} and counted`)
      printLine('its raw event is detached: what it was part of is in the buckets of its hour')
      return
    case 'counted':
    case 'withdrawn': {
      const { eventId, customerId, metric, quantity, timestamp, receivedAt } = event
      printLine(`${eventId}: ${quantity} ${metric} of ${customerId} at ${timestamp}`)
      if (event.foundBy === 'idempotency_key')
        printLine('found by its idempotency key: whatever else came with it is a duplicate')
      printLine(
        event.withdrawal
          ? `taken at ${receivedAt}, taken back at ${event.withdrawal.at}`
          : `taken at ${receivedAt}, ${event.inBucket ? 'in' : 'not yet in'} the bucket of ${event.bucketHour}`,
      )
      if (event.replaces !== null) printLine(`counts in the place of ${event.replaces}`)
      printLine(event.because)
      for (const { subscriptionId, planId, charges, lines, adjustments } of event.billing) {
        printLine(`${subscriptionId} on plan ${planId}`)
        for (const text of [
          ...charges,
          ...[...lines, ...adjustments].map((it) => `${it.reference}  ${it.description}`),
        ])
          printLine(`  ${text}`)
      }
    }
  }
}
