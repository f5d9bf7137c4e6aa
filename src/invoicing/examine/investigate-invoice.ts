import type { Ctx } from '#db/context.ts'
import { sumMinor } from '#src/kernel/money.ts'
import { planSegments } from '#src/pricing/segments.ts'
import { lateSince, type LateSince } from './late-since.ts'
import { findInvoice, type StoredDocument } from './find-invoice.ts'
import {
  eventsLayer,
  linesLayer,
  quantitiesLayer,
  totalsLayer,
  unchecked,
  type Layer,
  type LayerName,
} from './layers.ts'
import { isRated, loadAsRated, type AsRated } from './load-as-rated.ts'
import { ledgerLayer, paymentsLayer } from './money-layers.ts'
import { recountUsage } from './recount-usage.ts'
import { taxLayer } from './tax-layer.ts'

/** What came of looking into an invoice (REQUIREMENTS I10). */
export interface Investigation {
  readonly invoiceId: string
  readonly number: string | null
  readonly customerId: string
  readonly currency: string
  readonly status: string
  readonly source: 'events' | 'buckets' | 'none'
  readonly layers: readonly Layer[]
  /** Where a difference first appears; null when everything agrees. */
  readonly firstDifference: LayerName | null
  /** Net: what the lines come to above what rating gives; below zero we asked for too little. null: cannot be told. */
  readonly overbilledMinor: bigint | null
  /** Usage that came after the rating: no fault, it is adjusted on a later invoice. */
  readonly late: readonly LateSince[]
}

/**
 * Rates an invoice again from raw events and follows its money to the books, layer by layer. Changes nothing.
 * @throws not_found for an unknown invoice, by id or number.
 */
export async function investigateInvoice(ctx: Ctx, nameOrId: string): Promise<Investigation> {
  const document = await findInvoice(ctx, nameOrId)
  const { invoice } = document
  const again = await loadAsRated(ctx, document)
  const late = await lateSince(ctx, invoice)
  const layers = [
    await measured(ctx, document, again),
    ...ratedLayers(document, again, late.length > 0),
    totalsLayer(document),
    taxLayer(document),
    ...(invoice.status === 'draft'
      ? []
      : [await ledgerLayer(ctx, document), await paymentsLayer(ctx, document)]),
  ]
  return {
    invoiceId: invoice.id,
    number: invoice.number,
    customerId: invoice.customerId,
    currency: invoice.currency,
    status: invoice.status,
    source: again?.source ?? 'none',
    layers,
    firstDifference: layers.find(({ ok }) => ok === false)?.layer ?? null,
    overbilledMinor: overbilled(document, again, late.length > 0),
    late,
  }
}

async function measured(
  ctx: Ctx,
  { invoice }: StoredDocument,
  again: AsRated | null,
): Promise<Layer> {
  const compared = 'raw events with the hourly buckets'
  if (!again) return unchecked('events', compared, 'it has no usage of a period of its own')
  if (again.detached.length > 0)
    return unchecked(
      'events',
      compared,
      `the raw events of ${again.detached.join(', ')} are detached: only buckets are left`,
    )
  const { period } = again.billing
  return eventsLayer(await recountUsage(ctx, { customerId: invoice.customerId, period }))
}

function ratedLayers(document: StoredDocument, again: AsRated | null, late: boolean): Layer[] {
  const compared = 'usage rated again with the quantities on the lines'
  const why = whyNot(again, late)
  if (!again || why !== null || typeof again.lines === 'string')
    return [
      unchecked('quantities', compared, why ?? 'it cannot be rated'),
      linesLayer(null, document, null),
    ]
  const { rating } = again.billing
  const rule = (planSegments(rating).at(-1)?.document ?? rating.document).roundingRule
  return [quantitiesLayer(again.lines, document.lines), linesLayer(again.lines, document, rule)]
}

function whyNot(again: AsRated | null, late: boolean): string | null {
  if (!again) return 'it has no usage of a period of its own'
  if (typeof again.lines === 'string') return `it cannot be rated again: ${again.lines}`
  if (again.source === 'buckets' && late)
    return 'buckets hold usage that came after the invoice, and the raw events are detached'
  return null
}

function overbilled(
  { lines }: StoredDocument,
  again: AsRated | null,
  late: boolean,
): bigint | null {
  if (!again || whyNot(again, late) !== null || typeof again.lines === 'string') return null
  const sum = (amounts: readonly { readonly amountMinor: bigint }[]) =>
    sumMinor(amounts.map(({ amountMinor }) => amountMinor))
  return sum(lines.filter(isRated)) - sum(again.lines)
}
