import type { Charge } from './charge-shapes.ts'
import { parsePricingDocument } from './document.ts'
import type { PricingDocument } from './shapes.ts'

type Json = Record<string, unknown>

/** A document of one plan "pro" (no base fee, USD) as JSON text, with whatever a test wants changed. */
export function documentText(plan: Json = {}, top: Json = {}): string {
  return JSON.stringify({
    version: '1',
    effectiveDate: '2026-01-01T00:00:00Z',
    meteringWindow: 'monthly',
    roundingRule: 'nearest',
    tiers: [{ id: 'pro', name: 'Pro', basePrice: '0', currency: 'USD', ...plan }],
    ...top,
  })
}

export function documentOf(plan: Json = {}, top: Json = {}): PricingDocument {
  return parsePricingDocument(documentText(plan, top))
}

/** One charge as it loads from a document. */
export function chargeOf(charge: Json): Charge {
  const [loaded] = documentOf({ charges: [{ metric: 'calls', ...charge }] }).tiers[0]?.charges ?? []
  if (!loaded) throw new Error('the document lost its charge')
  return loaded
}

/** USAGE.json for February 2026, a customer in Germany. */
export function usageText(changed: Json = {}): string {
  return JSON.stringify({
    plan: 'pro',
    period: { start: '2026-02-01T00:00:00Z', end: '2026-03-01T00:00:00Z' },
    customer: { country: 'DE' },
    usage: {},
    ...changed,
  })
}

/** What throws, as its message. */
export function refusalOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof Error) return error.message
  }
  throw new Error('nothing was refused')
}
