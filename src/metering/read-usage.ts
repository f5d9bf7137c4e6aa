import type { Ctx } from '#db/context.ts'
import { formatDecimal, ZERO } from '#src/kernel/decimal.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { isBefore, Temporal } from '#src/kernel/time.ts'
import { usageByHour, type UsageQuestion } from './usage-facts.ts'
import { usageTotals } from './usage-totals.ts'

const LONGEST_DAYS = 400
const SHOWN = ['count', 'sum', 'max', 'min'] as const

/**
 * Exact totals of a period with its hours, decimals as text.
 * @throws invalid_input when the period is empty or longer than 400 days.
 */
export async function readUsage(ctx: Ctx, question: UsageQuestion) {
  const { customerId, metric, period } = question
  if (!isBefore(period.start, period.end)) throw invalidField('to', 'must be after "from"')
  const longest = Temporal.Duration.from({ hours: LONGEST_DAYS * 24 })
  if (isBefore(period.start.add(longest), period.end))
    throw invalidField('to', `is more than ${LONGEST_DAYS} days after "from"`)
  const totals = await usageTotals(
    ctx,
    SHOWN.map((aggregation) => ({ key: aggregation, aggregation, ...question })),
  )
  const total = (name: (typeof SHOWN)[number]) => formatDecimal(totals.get(name) ?? ZERO)
  const hours = await usageByHour(ctx, question)
  return {
    customerId,
    metric,
    from: period.start.toString(),
    to: period.end.toString(),
    count: total('count'),
    sum: total('sum'),
    max: total('max'),
    min: total('min'),
    hours: hours.map(({ hour, count, sum }) => ({
      hour: hour.toString(),
      count,
      sum: formatDecimal(sum),
    })),
  }
}
