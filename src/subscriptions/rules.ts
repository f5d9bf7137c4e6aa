import type { Currency } from '#src/kernel/currency.ts'
import { invalidField } from '#src/kernel/errors.ts'
import { earlier, isBefore, later, periodNameAt, type Instant } from '#src/kernel/time.ts'
import { planOf } from '#src/pricing/document.ts'
import type { AddOn, Plan, PricingDocument } from '#src/pricing/shapes.ts'
import { meteringWindow, windowMonthsOf, type MeteringWindow } from '#src/pricing/windows.ts'

/**
 * The plan a customer may have from a document: it exists, and it is priced in the customer's one currency (I5).
 * @throws invalid_input naming `planId`.
 */
export function planFor(document: PricingDocument, planId: string, currency: string): Plan {
  const plan = planOf(document, planId, 'planId')
  if (plan.currency !== currency) throw mixedCurrency('planId', planId, plan.currency, currency)
  return plan
}

/**
 * The add-on as the plan offers it, else as the document does.
 * @throws invalid_input naming `addonId` when there is none, or in another currency.
 */
export function addonFor(
  document: PricingDocument,
  plan: Plan,
  addonId: string,
  currency: string,
): AddOn {
  const offered = [...plan.addons, ...document.addons]
  const addon = offered.find(({ id }) => id === addonId)
  if (!addon)
    throw invalidField(
      'addonId',
      `"${addonId}" is not offered with ${plan.id}; there are: ${offered.map(({ id }) => id).join(', ') || 'none'}`,
    )
  if (addon.currency !== undefined && addon.currency !== currency)
    throw mixedCurrency('addonId', addonId, addon.currency, currency)
  return addon
}

/**
 * A subscription stays with metering windows of one length: amounts per window would be taken for another span of time.
 * @throws invalid_input naming `pricingVersion`.
 */
export function sameWindow(from: PricingDocument, to: PricingDocument): void {
  if (windowMonthsOf(from) === windowMonthsOf(to)) return
  throw invalidField(
    'pricingVersion',
    `meters windows of ${windowMonthsOf(to)} months, the subscription ${windowMonthsOf(from)}: cancel it and subscribe anew`,
  )
}

/** When a trial of so many days ends, or null without one. Days are the customer's local days. */
export function trialEnd(
  trialDays: number | undefined,
  startedAt: Instant,
  timeZone: string,
): Instant | null {
  if (trialDays === undefined || trialDays === 0) return null
  return startedAt.toZonedDateTimeISO(timeZone).add({ days: trialDays }).toInstant()
}

/** As far as a subscription's billing periods go. */
interface Periodic {
  readonly anchorDay: number
  readonly startedAt: Instant
  readonly canceledAt: Instant | null
}

/** The billing period of a subscription that holds an instant; outside its life its first or last one. */
export function periodAt(
  at: Instant,
  subscription: Periodic,
  document: PricingDocument,
  timeZone: string,
): MeteringWindow {
  const { anchorDay, startedAt, canceledAt } = subscription
  const last = canceledAt?.subtract({ nanoseconds: 1 }) ?? at
  const month = periodNameAt(later(earlier(at, last), startedAt), anchorDay, timeZone)
  const windowMonths = windowMonthsOf(document)
  return meteringWindow(month, { windowMonths, anchorDay, timeZone, startedAt, canceledAt })
}

/** @throws invalid_input naming `path` unless the instant lies in the life of the subscription. */
export function insideLife(
  subscription: { readonly startedAt: Instant; readonly canceledAt: Instant | null },
  at: Instant,
  path: string,
): void {
  if (isBefore(at, subscription.startedAt))
    throw invalidField(path, 'is before the start of the subscription')
  if (subscription.canceledAt && !isBefore(at, subscription.canceledAt))
    throw invalidField(path, 'is after the end of the subscription')
}

function mixedCurrency(path: string, id: string, has: Currency, wanted: string) {
  return invalidField(path, `"${id}" is priced in ${has}, the customer's currency is ${wanted}`)
}
