import Table from 'cli-table3'
import { parseCurrency } from '#src/kernel/currency.ts'
import { formatMoney, money } from '#src/kernel/money.ts'
import type { DemoSummary } from './summary.ts'

/** Where a reader finds what the month left behind. */
export interface Places {
  readonly mailbox: string
  readonly invoiceUrl: string
  readonly serveUrl: string
  /** False: everything was there before. */
  readonly changed: boolean
}

function euro(minor: string): string {
  return formatMoney(money(BigInt(minor), parseCurrency('EUR')))
}

function routes(summary: DemoSummary): string {
  const counted = new Map<string, number>()
  for (const { nextAgent } of summary.runs)
    counted.set(nextAgent, (counted.get(nextAgent) ?? 0) + 1)
  return [...counted].map(([route, count]) => `${count} ${route.replace('_', ' ')}`).join(', ')
}

/** The month as a finance manager reads it. */
export function report(summary: DemoSummary, places: Places): string {
  const table = new Table({ style: { head: [], border: [] }, colWidths: [22, 78], wordWrap: true })
  const { events, invoices, cards, dunning, transfers, escalations, mails } = summary
  const totals = Object.entries(invoices.totalMinorByCurrency)
    .map(([currency, minor]) => formatMoney(money(BigInt(minor), parseCurrency(currency))))
    .join(' and ')
  const n = (value: number) => value.toLocaleString('en')
  const failing = Object.entries(summary.selfcheck).filter(([, ok]) => !ok)
  table.push(
    [
      'Usage',
      `${n(events.sent)} events sent: ${n(events.accepted)} accepted, ${n(events.duplicate)} duplicates, ${n(events.rejected)} malformed (parked); ${n(events.counted)} counted`,
    ],
    ['Invoices', `${invoices.generated} over ${totals}; ${invoices.skipped} accounts skipped`],
    [
      'Account 1047',
      `${summary.invoice1047.number}: ${euro(summary.invoice1047.subtotalMinor)} + VAT ${euro(summary.invoice1047.taxMinor)} = ${euro(summary.invoice1047.totalMinor)}`,
    ],
    [
      'Cards',
      `${cards.charged} charged, ${cards.succeeded} paid at once, ${cards.failed} declined`,
    ],
    [
      'Dunning',
      `${dunning.entered} cases: ${dunning.recovered} recovered, ${dunning.manualReview} waiting for a person`,
    ],
    ['Bank transfers', `${transfers.matched} of ${transfers.invoices} matched from the statement`],
    ['Supervisor', `${summary.runs.length} runs: ${routes(summary)}`],
    [
      'Human queue',
      `${escalations.open} open, ${escalations.approved} approved, ${escalations.edited} edited`,
    ],
    ['Mails', `${mails.in} in (${mails.ignored} automatic, ignored), ${mails.out} out`],
    [
      'Selfcheck',
      failing.length === 0
        ? 'I1 to I9 hold'
        : `FAILED: ${failing.map(([name]) => name).join(', ')}`,
    ],
  )
  return [
    places.changed
      ? `February 2026 at Acme API, lived in ${summary.seconds.toFixed(1)} s (card payments are simulated by the sandbox)`
      : 'February 2026 at Acme API was lived before: nothing was changed.',
    table.toString(),
    `Mails:     ${places.mailbox}`,
    `Invoices:  npm run serve, then ${places.invoiceUrl}`,
    `API:       ${places.serveUrl}/docs`,
    '',
  ].join('\n')
}
