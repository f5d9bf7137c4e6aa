import { fraction } from './fraction.ts'
import type { AddOnJson, DocumentJson, UsageJson } from './reference-shapes.ts'
import { counting, sharedOut } from './reference-share.ts'
import { periodOf, trialEndOf, type Stretch } from './reference-stretches.ts'

/** Each add-on by the terms in force when its time ends, else by earlier ones. */
export function addOns(
  document: DocumentJson,
  usage: UsageJson,
  stretches: readonly Stretch[],
  digits: number,
): bigint {
  const [first, last] = [stretches[0], stretches.at(-1)]
  if (!first || !last) return 0n
  const { whole, of } = counting(document, periodOf(usage), usage.customer.timeZone)
  const begin = Math.max(first.span[0], trialEndOf(document, usage))
  const holdings = usage.addons.flatMap((held) => {
    const from = Math.max(begin, held.from === undefined ? begin : Date.parse(held.from))
    const to = Math.min(last.span[1], held.to === undefined ? Infinity : Date.parse(held.to))
    if (from >= to) return []
    const offers = stretches
      .filter(({ span }) => span[0] < to)
      .map(({ plan }) => [...plan.addons, ...document.addons].find(({ id }) => id === held.id))
      .filter((offer): offer is AddOnJson => offer !== undefined)
    const offer = offers.at(-1)
    if (!offer) throw new Error(`no add-on ${held.id}`)
    const once = fraction(fraction(held.quantity).over > 0n ? 1 : 0)
    const quantity = offer.perUnit === false ? once : fraction(held.quantity)
    return [{ key: held.id, price: offer.price, quantity, part: of([from, to]) }]
  })
  return sharedOut(holdings, whole, document, digits).reduce((sum, cost) => sum + cost, 0n)
}
