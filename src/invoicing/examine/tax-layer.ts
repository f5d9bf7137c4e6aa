import { sumMinor } from '#src/kernel/money.ts'
import { taxMinor } from '../tax/rules.ts'
import type { StoredDocument } from './find-invoice.ts'
import { amountsIn, layer, type Layer } from './layers.ts'

/** Each tax with its base and stored rate, their sum with the invoice. */
export function taxLayer({ invoice, taxes }: StoredDocument): Layer {
  const money = amountsIn(invoice.currency)
  const each = taxes.flatMap(({ jurisdiction, rate, baseMinor, amountMinor }) => [
    ...money(`${jurisdiction}: base`, invoice.subtotalMinor, baseMinor),
    ...money(`${jurisdiction}: base × rate`, taxMinor(baseMinor, rate), amountMinor),
  ])
  const sum = sumMinor(taxes.map(({ amountMinor }) => amountMinor))
  return layer('tax', 'taxes with their base and rate', [
    ...each,
    ...money('tax', sum, invoice.taxMinor),
  ])
}
