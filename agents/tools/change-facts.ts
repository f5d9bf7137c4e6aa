import type { UsageGrowth } from '#src/approvals/evidence/growth.ts'
import type { InvoiceEvidence } from '#src/approvals/evidence/invoices.ts'
import type { Facts } from '#src/approvals/gate-text.ts'
import type { Decimal } from '#src/kernel/decimal.ts'
import { WORDS } from '../texts/words.ts'
import type { BillDifference } from './bill-difference.ts'
import { moneyText, monthText, quantityText, safeText, type Reader } from './format.ts'
import { languageOfLocale } from './language.ts'

interface ChangeFactsInput {
  readonly invoice: InvoiceEvidence
  readonly previous: InvoiceEvidence
  /** Null where it cannot be shown to the last unit: then no part of it is stated. */
  readonly difference: BillDifference | null
  /** By metric; only where usage was looked into. */
  readonly growth: ReadonlyMap<string, UsageGrowth>
  readonly reader: Reader
}

/**
 * Facts about what changed since the invoice before. `change.part.1` … and `change.rest`, `change.tax` come to
 * `change.total`; `change.driver.1.1` … say what grew within part 1.
 */
export function changeFacts(input: ChangeFactsInput): Facts {
  const { invoice, previous, difference, reader } = input
  const words = WORDS[languageOfLocale(reader.locale)]
  const money = (value: bigint) => signed(value, moneyText(value, invoice.currency, reader))
  const facts: Record<string, string> = {
    'previous.number': previous.number ?? '',
    'previous.period': monthText(previous.period, reader),
    'previous.total': moneyText(previous.totalMinor, previous.currency, reader),
  }
  if (!difference) return facts
  facts['change.total'] = money(difference.totalMinor)
  for (const [index, { name, metric, changeMinor, units }] of difference.parts.entries()) {
    const key = `${index + 1}`
    const range = units ? ` (${rangeText(units.before, units.now, reader)})` : ''
    facts[`change.part.${key}`] = `${name}: ${money(changeMinor)}${range}`
    const growth = metric === null ? undefined : input.growth.get(metric)
    if (growth && units) Object.assign(facts, driverFacts(`change.driver.${key}`, growth, reader))
  }
  if (difference.restMinor !== 0n)
    facts['change.rest'] = `${words.others}: ${money(difference.restMinor)}`
  if (difference.taxMinor !== 0n)
    facts['change.tax'] = `${words.tax}: ${money(difference.taxMinor)}`
  return facts
}

function driverFacts(prefix: string, growth: UsageGrowth, reader: Reader): Facts {
  const { others } = WORDS[languageOfLocale(reader.locale)]
  const named = growth.values.map(({ value, before, now }) => {
    const grown = unitsText((now - before) as Decimal, reader)
    const what = `${safeText(growth.property)} = ${safeText(value)}`
    return `${what}: ${grown} (${rangeText(before, now, reader)})`
  })
  const rest = growth.rest === 0n ? [] : [`${others}: ${unitsText(growth.rest, reader)}`]
  return Object.fromEntries(
    [...named, ...rest].map((text, index) => [`${prefix}.${index + 1}`, text]),
  )
}

function rangeText(before: Decimal, now: Decimal, reader: Reader): string {
  return `${quantityText(before, reader)} → ${quantityText(now, reader)}`
}

function unitsText(value: Decimal, reader: Reader): string {
  return signed(value, quantityText(value, reader))
}

function signed(value: bigint, text: string): string {
  return value > 0n ? `+${text}` : text
}

/** The parts of the difference in order, each with what grew within it, then the rest and the tax. */
export function listedChanges(facts: Facts): string[] {
  const keys = Object.keys(facts)
  const parts = keys.filter((key) => key.startsWith('change.part.'))
  return [
    ...parts.flatMap((part) => [
      part,
      ...keys.filter((key) => key.startsWith(part.replace('.part.', '.driver.') + '.')),
    ]),
    ...['change.rest', 'change.tax'].filter((key) => key in facts),
  ]
}
