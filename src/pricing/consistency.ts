import { parseDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { AppError, type FieldProblem } from '#src/kernel/errors.ts'

type Raw = Record<string, unknown>
type Report = (path: string, message: string) => void

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

function checkPlan(plan: Raw, path: string, report: Report): void {
  reportTwins(listOf(plan['addons']), `${path}.addons`, report)
  reportReversed(plan, 'minimum', 'maximum', path, report)
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

function checkCharge(charge: Raw, path: string, report: Report): void {
  const model = charge['model']
  checkTiers(listOf(charge['tiers']).map(mapOf), `${path}.tiers`, report)
  reportReversed(charge, 'minimum', 'maximum', path, report)
  reportReversed(charge, 'minPerEvent', 'maxPerEvent', path, report)
  checkAggregation(charge, path, report)
  if (model === 'matrix') checkMatrix(charge, path, report)
  if (model === 'percentage' && (decimalIn(charge, 'freeUnits') ?? 0n) !== 0n)
    report(`${path}.freeUnits`, 'a percentage charge has freeAmount and freeEvents instead')
}

function checkAggregation(charge: Raw, path: string, report: Report): void {
  const { aggregation = 'sum', aggregationProperty, bucket, model } = charge
  if (bucket !== undefined && aggregation !== 'max')
    report(`${path}.aggregation`, 'must be max where a bucket is given')
  const perEvent = ['percentage', 'dynamic', 'matrix'].includes(String(model))
  if (bucket === undefined && perEvent && aggregation !== 'sum')
    report(
      `${path}.aggregation`,
      `a ${String(model)} charge prices each event: only sum is possible`,
    )
  if (aggregation === 'percentile' && charge['percentile'] === undefined)
    report(`${path}.percentile`, 'is required: 95 for the 95th')
  for (const [option, goesWith] of AGGREGATION_OPTIONS)
    if (charge[option] !== undefined && aggregation !== goesWith)
      report(`${path}.${option}`, `goes with aggregation ${goesWith} only`)
  if (aggregation === 'unique' && aggregationProperty === undefined)
    report(`${path}.aggregationProperty`, 'is required: the property whose values are counted')
}

const AGGREGATION_OPTIONS = [
  ['aggregationProperty', 'unique'],
  ['percentile', 'percentile'],
  ['percentileMethod', 'percentile'],
  ['weightedInterval', 'weighted_sum'],
] as const

function checkMatrix(charge: Raw, path: string, report: Report): void {
  const by = listOf(charge['by'])
  listOf(charge['prices']).forEach((price, index) => {
    for (const property of Object.keys(mapOf(mapOf(price)['when'])))
      if (!by.includes(property))
        report(`${path}.prices[${index}].when.${property}`, 'is not one of the properties in "by"')
  })
}

function checkTiers(tiers: readonly Raw[], path: string, report: Report): void {
  let reached: Decimal | undefined
  tiers.forEach((tier, index) => {
    const last = index === tiers.length - 1
    const open = tier['upTo'] === undefined || tier['upTo'] === null
    if (open !== last)
      report(
        `${path}[${index}].upTo`,
        open ? 'only the last tier is open (null)' : 'the last tier must be open: upTo null',
      )
    const upTo = decimalIn(tier, 'upTo')
    if (upTo !== undefined && reached !== undefined && upTo <= reached)
      report(`${path}[${index}].upTo`, 'must be above the tier before')
    reached = upTo ?? reached
  })
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

function reportReversed(map: Raw, low: string, high: string, path: string, report: Report): void {
  const [from, to] = [decimalIn(map, low), decimalIn(map, high)]
  if (from !== undefined && to !== undefined && from > to)
    report(`${path}.${high}`, `must not be below ${low}`)
}

function mapOf(value: unknown): Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {}
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

function decimalIn(map: Raw, key: string): Decimal | undefined {
  const text = map[key]
  if (typeof text !== 'string') return undefined
  try {
    return parseDecimal(text)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}
