import { DECIMAL_SCALE, parseDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { exactRatio } from '#src/kernel/exact.ts'
import type { DynamicCharge } from '../charge-shapes.ts'
import { phrase } from '../phrases.ts'
import type { PricedPart } from './part.ts'
import type { UsageEvent } from './usage.ts'

/**
 * Each event brings its own `unit_price` (whole currency units) among its properties.
 * @throws invalid_input naming the metric's event when the price is missing or no decimal.
 */
export function priceDynamic(charge: DynamicCharge, events: readonly UsageEvent[]): PricedPart[] {
  if (events.length === 0) return []
  let [quantity, scaled] = [0n, 0n]
  for (const event of events) {
    quantity += event.quantity
    scaled += event.quantity * unitPriceOf(charge.metric, event)
  }
  return [
    {
      position: 0,
      quantity: quantity as Decimal,
      unitPrice: null,
      price: phrase('ownPrice'),
      notes: [],
      amount: exactRatio(scaled, DECIMAL_SCALE * DECIMAL_SCALE),
    },
  ]
}

function unitPriceOf(metric: string, event: UsageEvent): Decimal {
  const path = `events.${metric}.properties.unit_price`
  const text = event.properties['unit_price']
  if (text === undefined)
    throw invalidField(path, `is required: the event at ${event.at.toString()} has none`)
  return parseDecimal(text, path)
}
