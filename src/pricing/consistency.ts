import type { FieldProblem } from '#src/kernel/errors.ts'
import { checkCharge } from './charge-consistency.ts'
import { listOf, mapOf, reportReversed, type Raw, type Report } from './raw-tree.ts'

/**
 * What no single field shows: ids given twice, tiers out of order, a metric priced twice.
 * Reads the raw tree and steps over what is malformed, so that these come out in one go with the schema's findings.
 */
export function inconsistencies(tree: unknown): FieldProblem[] {
  const problems: FieldProblem[] = []
  const report: Report = (path, message) => problems.push({ path, message })
  const document = mapOf(tree)
  reportTwins(listOf(document['addons']), 'addons', report)
  checkWindow(document, report)
  const plans = listOf(document['tiers'])
  reportTwins(plans, 'tiers', report)
  plans.forEach((plan, index) => checkPlan(mapOf(plan), `tiers[${index}]`, report))
  checkCurrencies(document, plans.map(mapOf), report)
  return problems
}

function checkWindow(document: Raw, report: Report): void {
  const custom = document['meteringWindow'] === 'custom'
  const months = document['windowMonths']
  if (custom && months === undefined)
    report('windowMonths', 'is required with meteringWindow custom: its length in months')
  if (!custom && months !== undefined)
    report('windowMonths', 'goes with meteringWindow custom only')
}

/** An add-on is in the currency of a plan it can be booked with; one of another could never be. */
function checkCurrencies(document: Raw, plans: readonly Raw[], report: Report): void {
  const offers = [
    { path: 'addons', addons: document['addons'], currencies: plans.map(currencyIn) },
    ...plans.map((plan, index) => ({
      path: `tiers[${index}].addons`,
      addons: plan['addons'],
      currencies: [currencyIn(plan)],
    })),
  ]
  for (const { path, addons, currencies } of offers)
    for (const [index, addon] of listOf(addons).map(mapOf).entries()) {
      const currency = currencyIn(addon)
      if (currency !== undefined && !currencies.includes(currency))
        report(
          `${path}[${index}].currency`,
          `is ${currency}, the plan${currencies.length === 1 ? ' is' : 's are'} in ${[...new Set(currencies)].join(', ')}`,
        )
    }
}

function currencyIn(map: Raw): string | undefined {
  const { currency } = map
  return typeof currency === 'string' ? currency.toUpperCase() : undefined
}

function checkPlan(plan: Raw, path: string, report: Report): void {
  reportTwins(listOf(plan['addons']), `${path}.addons`, report)
  reportReversed(plan, 'minimum', 'maximum', path, report)
  const { trial, trialDays } = plan
  if (typeof trial === 'boolean' && trialDays !== undefined && trial !== (trialDays !== '0'))
    report(`${path}.trial`, 'contradicts trialDays')
  const charges = listOf(plan['charges']).map(mapOf)
  charges.forEach((charge, index) => {
    checkCharge(charge, `${path}.charges[${index}]`, report)
    checkOverlap(plan, charges, charge, `${path}.charges[${index}]`, report)
  })
}

/** Included usage comes off a metric's one plain charge; anywhere else it would be unclear what it comes off. */
function checkOverlap(
  plan: Raw,
  charges: readonly Raw[],
  charge: Raw,
  path: string,
  report: Report,
): void {
  const metric = charge['metric']
  if (typeof metric !== 'string') return
  if (Object.hasOwn(mapOf(plan['overageRates']), metric))
    report(`${path}.metric`, `"${metric}" already has an overage rate: use the rate or the charge`)
  if (!Object.hasOwn(mapOf(plan['includedUsage']), metric)) return
  const plain =
    charges.filter((other) => other['metric'] === metric).length === 1 &&
    ['per_unit', 'graduated', 'volume', 'package'].includes(String(charge['model'])) &&
    Object.keys(mapOf(charge['filter'])).length === 0 &&
    listOf(charge['groupBy']).length === 0 &&
    typeof charge['groupBy'] !== 'string' &&
    charge['bucket'] === undefined
  if (!plain)
    report(
      `${path}.metric`,
      `"${metric}" has includedUsage, which goes with one unfiltered charge per metric: use freeUnits`,
    )
}

function reportTwins(items: readonly unknown[], path: string, report: Report): void {
  const seen = new Set<unknown>()
  items.forEach((item, index) => {
    const id = mapOf(item)['id']
    if (typeof id === 'string' && seen.has(id))
      report(`${path}[${index}].id`, `"${id}" is given twice`)
    seen.add(id)
  })
}
