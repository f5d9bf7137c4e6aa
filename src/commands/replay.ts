import Table from 'cli-table3'
import { openGround } from '#src/compose.ts'
import type { Config } from '#src/config.ts'
import { replayPricing } from '#src/invoicing/replay/replay-pricing.ts'
import type { ReplayRow } from '#src/invoicing/replay/rules.ts'
import { replaySummary, type ReplaySummary } from '#src/invoicing/replay/summary.ts'
import { csvLine } from '#src/kernel/csv.ts'
import type { Currency } from '#src/kernel/currency.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { formatMinor, formatMoney, money } from '#src/kernel/money.ts'
import { monthlyPeriod } from '#src/kernel/time.ts'
import { parsePricingDocument } from '#src/pricing/document.ts'
import { printLine, readInput } from './output.ts'
import { scopeForCommand } from './organization.ts'

interface ReplayOptions {
  readonly pricing: string
  readonly period: string
  readonly map?: readonly string[]
  readonly top: string
  readonly org?: string
  readonly json?: boolean
  readonly csv?: boolean
}

/** `replay --pricing NEW.yaml --period 2026-02`: who would have paid what. Writes nothing. */
export async function replay(config: Config, options: ReplayOptions): Promise<void> {
  const { period, csv = false, json = false } = options
  if (csv && json) throw invalidField('--csv', 'does not go with --json')
  // Before a database is opened, or even made.
  monthlyPeriod(period, 1, 'UTC')
  if (!/^[1-9]\d{0,3}$/.test(options.top)) throw invalidField('--top', 'must be 1 to 9999')
  const document = parsePricingDocument(readInput(options.pricing), options.pricing)
  const mapping = new Map((options.map ?? []).map(mapped))
  const ground = await openGround(config)
  try {
    const scope = await scopeForCommand(ground.system, options.org)
    const summary = replaySummary(Number(options.top))
    const out = csv ? csvWriter() : json ? jsonWriter(period, document.version) : null
    for await (const row of replayPricing(scope, { period, document, mapping })) {
      summary.add(row)
      out?.row(row)
    }
    if (out) out.end(summary.result())
    else printSummary(summary.result(), period, document.version)
  } finally {
    await ground.close()
  }
}

function mapped(pair: string): [string, string] {
  const [from, to, ...more] = pair.split('=')
  if (!from || !to || more.length > 0) throw invalidField('--map', `"${pair}" is not like old=new`)
  return [from, to]
}

interface RowWriter {
  row(row: ReplayRow): void
  end(summary: ReplaySummary): void
}

const COLUMNS = [
  'customerId',
  'subscriptionId',
  'planId',
  'newPlanId',
  'currency',
  'old',
  'new',
  'difference',
  'problem',
  'unpriced',
] as const

function csvWriter(): RowWriter {
  process.stdout.write(csvLine(COLUMNS))
  const amount = (minor: bigint | null, currency: Currency | null) =>
    minor === null || currency === null ? null : formatMinor(minor, currency)
  return {
    row: (row) =>
      void process.stdout.write(
        csvLine([
          row.customerId,
          row.subscriptionId,
          row.planId,
          row.newPlanId,
          row.currency,
          amount(row.oldMinor, row.currency),
          amount(row.newMinor, row.currency),
          amount(row.differenceMinor, row.currency),
          row.problem,
          row.unpriced.map(({ metric }) => metric).join(' '),
        ]),
      ),
    end: () => {},
  }
}

/** One document, written as it comes: nothing holds all rows. */
function jsonWriter(period: string, version: string): RowWriter {
  const text = (value: unknown) =>
    JSON.stringify(value, (_key, item: unknown) =>
      typeof item === 'bigint' ? item.toString() : item,
    )
  let first = true
  process.stdout.write(`{"period":${text(period)},"version":${text(version)},"rows":[`)
  return {
    row: (row) => {
      process.stdout.write(`${first ? '' : ','}\n${text(row)}`)
      first = false
    },
    end: (summary) => void process.stdout.write(`\n],${text(summary).slice(1)}\n`),
  }
}

function printSummary(summary: ReplaySummary, period: string, version: string): void {
  printLine(`Usage of ${period} on pricing ${version}, net, before coupons and credits`)
  const totals = new Table({
    head: ['currency', 'subscriptions', 'now', 'new', 'difference', 'dearer', 'cheaper', 'same'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
  })
  for (const { currency, subscriptions, dearer, cheaper, same, ...sums } of summary.totals) {
    const shown = (minor: bigint) => formatMoney(money(minor, currency))
    totals.push([
      currency,
      subscriptions,
      shown(sums.oldMinor),
      shown(sums.newMinor),
      shown(sums.differenceMinor),
      dearer,
      cheaper,
      same,
    ])
  }
  printLine(totals.toString())
  if (summary.topMovers.length > 0) printMovers(summary.topMovers)
  for (const { problem, subscriptions } of summary.problems)
    printLine(`not compared: ${subscriptions} × ${problem}`)
  for (const { metric, subscriptions } of summary.unpriced)
    printLine(`${metric} has no price in the new plan of ${subscriptions} who use it`)
}

function printMovers(movers: readonly ReplayRow[]): void {
  const table = new Table({
    head: ['customer', 'plan', 'new plan', 'now', 'new', 'difference'],
    style: { head: [], border: [] },
    colAligns: ['left', 'left', 'left', 'right', 'right', 'right'],
  })
  for (const { customerId, planId, newPlanId, currency, ...row } of movers) {
    const shown = (minor: bigint | null) =>
      minor === null || currency === null ? '' : formatMoney(money(minor, currency))
    table.push([
      customerId,
      planId,
      newPlanId ?? '',
      shown(row.oldMinor),
      shown(row.newMinor),
      shown(row.differenceMinor),
    ])
  }
  printLine(table.toString())
}
