import type { UsageEvidence } from '#src/approvals/evidence/usage.ts'
import type { Facts } from '#src/approvals/gate-text.ts'
import { formatDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { parseDecimal } from '#src/kernel/decimal.ts'
import type { Instant } from '#src/kernel/time.ts'
import {
  momentText,
  moneyText,
  percentText,
  plainDayText,
  quantityText,
  ratioText,
  safeText,
  type Reader,
} from './format.ts'

/** Facts about usage: what was seen, since when, how much more than usual, what drives it, where the month goes. */
export function usageFacts(usage: UsageEvidence, options: { now: Instant; reader: Reader }): Facts {
  const { reader } = options
  const facts: Record<string, string> = {}
  const metric = usage.anomaly?.metric ?? usage.months[0]?.metric
  if (metric === undefined) return facts
  facts['usage.metric'] = safeText(metric)
  const month = usage.months.find((candidate) => candidate.metric === metric)
  if (month) {
    facts['usage.month_to_date'] = quantityText(month.thisMonth, reader)
    facts['usage.last_month'] = quantityText(month.lastMonth, reader)
    facts['usage.projected'] = quantityText(projected(month.thisMonth, options), reader)
  }
  if (usage.cost) {
    const { currency, soFarMinor, projectedMinor } = usage.cost
    facts['usage.cost_so_far'] = moneyText(soFarMinor, currency, reader)
    if (projectedMinor !== null)
      facts['usage.cost_projected'] = moneyText(projectedMinor, currency, reader)
  }
  for (const [index, day] of usage.days.slice(0, 7).entries())
    facts[`usage.day.${index + 1}`] =
      `${plainDayText(day.day, reader)}: ${quantityText(day.quantity, reader)}`
  const total = usage.drivers.reduce((sum, { quantity }) => (quantity > sum ? quantity : sum), 0n)
  for (const [index, driver] of usage.drivers.entries())
    facts[`usage.driver.${index + 1}`] =
      `${safeText(driver.property)} = ${safeText(driver.value)}: ${quantityText(driver.quantity, reader)}`
  if (usage.anomaly) Object.assign(facts, anomalyFacts(usage.anomaly, total as Decimal, reader))
  return facts
}

function anomalyFacts(
  anomaly: NonNullable<UsageEvidence['anomaly']>,
  largestDriver: Decimal,
  reader: Reader,
): Facts {
  const factor = ratioText(anomaly.observed, anomaly.expected, reader)
  const share =
    anomaly.observed > 0n
      ? parseDecimal(`0.${((largestDriver * 100n) / anomaly.observed).toString().padStart(2, '0')}`)
      : null
  return {
    'usage.since': momentText(anomaly.from, reader),
    'usage.until': momentText(anomaly.to, reader),
    'usage.observed': quantityText(anomaly.observed, reader),
    'usage.expected': quantityText(roundWhole(anomaly.expected), reader),
    ...(factor === null ? {} : { 'usage.factor': factor }),
    ...(share === null || largestDriver >= anomaly.observed
      ? {}
      : { 'usage.driver_share': percentText(share, reader) }),
  }
}

/** An expectation is an estimate: whole units, so that it does not look exact. */
function roundWhole(value: Decimal): Decimal {
  const text = formatDecimal(value)
  return parseDecimal(text.split('.')[0] ?? '0')
}

/** This month's usage carried on to its end at the pace so far; whole units. */
function projected(soFar: Decimal, options: { now: Instant; reader: Reader }): Decimal {
  const zoned = options.now.toZonedDateTimeISO(options.reader.timeZone)
  const start = zoned.with({ day: 1 }).startOfDay()
  const elapsed = BigInt(options.now.epochMilliseconds - start.epochMilliseconds)
  const whole = BigInt(start.add({ months: 1 }).epochMilliseconds - start.epochMilliseconds)
  return elapsed <= 0n ? soFar : roundWhole(((soFar * whole) / elapsed) as Decimal)
}
