import { ZERO, type Decimal } from '#src/kernel/decimal.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { ownValue } from '#src/kernel/own.ts'
import type { MatrixCharge } from '../charge-shapes.ts'
import { compare } from '../select.ts'
import { phrase } from '../phrases.ts'
import type { PricedPart } from './part.ts'
import { tierAmount } from './tiers.ts'
import type { UsageEvent } from './usage.ts'

/**
 * Events are priced by the first cell whose properties they have, else by `otherwise`; a line per cell.
 * @throws invalid_input when an event matches no cell and there is no `otherwise`: it is never dropped.
 */
export function priceMatrix(charge: MatrixCharge, events: readonly UsageEvent[]): PricedPart[] {
  const quantities = new Map<number, bigint>()
  for (const event of events) {
    const cell = cellOf(charge, event)
    quantities.set(cell, (quantities.get(cell) ?? 0n) + event.quantity)
  }
  return [...quantities]
    .sort(([a], [b]) => a - b)
    .map(([cell, quantity]) => pricedCell(charge, cell, quantity as Decimal))
}

function cellOf(charge: MatrixCharge, event: UsageEvent): number {
  const cell = charge.prices.findIndex(({ when }) =>
    Object.entries(when).every(
      ([property, value]) => ownValue(event.properties, property) === value,
    ),
  )
  if (cell >= 0) return cell
  if (charge.otherwise) return charge.prices.length
  const held = charge.by.map(
    (property) => `${property}=${ownValue(event.properties, property) ?? '(none)'}`,
  )
  throw invalidField(
    `events.${charge.metric}`,
    `no price for ${held.join(', ')} (${event.at.toString()}) and the matrix has no "otherwise"`,
  )
}

function pricedCell(charge: MatrixCharge, cell: number, quantity: Decimal): PricedPart {
  const held = charge.prices[cell]
  const unitPrice = held?.unitPrice ?? charge.otherwise?.unitPrice ?? ZERO
  const when = Object.entries<string>(held?.when ?? {}).sort(([a], [b]) => compare(a, b))
  return {
    position: cell,
    quantity,
    unitPrice,
    price: phrase('price', { price: unitPrice }),
    notes:
      when.length === 0
        ? [phrase('other')]
        : when.map(([property, value]) => phrase('property', { text: `${property} ${value}` })),
    amount: tierAmount(quantity, unitPrice, undefined),
  }
}
