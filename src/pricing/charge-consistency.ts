import { canonicalJson } from '#src/kernel/canonical.ts'
import type { Decimal } from '#src/kernel/decimal.ts'
import { decimalIn, listOf, mapOf, reportReversed, type Raw, type Report } from './raw-tree.ts'

/** What no single field of a charge shows: tiers out of order, options of another aggregation, cells given twice. */
export function checkCharge(charge: Raw, path: string, report: Report): void {
  const model = charge['model']
  checkTiers(listOf(charge['tiers']).map(mapOf), `${path}.tiers`, report)
  reportReversed(charge, 'minimum', 'maximum', path, report)
  reportReversed(charge, 'minPerEvent', 'maxPerEvent', path, report)
  checkAggregation(charge, path, report)
  reportRepeated(charge['groupBy'], `${path}.groupBy`, report)
  reportRepeated(charge['by'], `${path}.by`, report)
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
  const seen = new Set<string>()
  listOf(charge['prices']).forEach((price, index) => {
    const at = `${path}.prices[${index}].when`
    const when = mapOf(mapOf(price)['when'])
    for (const property of Object.keys(when))
      if (!by.includes(property))
        report(`${at}.${property}`, 'is not one of the properties in "by"')
    const cell = canonicalJson(when)
    if (cell === '{}') report(at, 'names no property: use "otherwise"')
    else if (seen.has(cell)) report(at, 'is the cell of an earlier price')
    seen.add(cell)
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

function reportRepeated(list: unknown, path: string, report: Report): void {
  const names = listOf(list)
  names.forEach((name, index) => {
    if (names.indexOf(name) < index) report(`${path}[${index}]`, `"${String(name)}" is given twice`)
  })
}
