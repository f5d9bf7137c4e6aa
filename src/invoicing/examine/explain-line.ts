import type { Ctx } from '#db/context.ts'
import type { Charge } from '#src/pricing/charge-shapes.ts'
import { chargesOf } from '#src/pricing/plan-charges.ts'
import { planSegments, type PlanSegment } from '#src/pricing/segments.ts'
import { adjustmentBehind } from './adjustment-behind.ts'
import { findInvoice, lineNumbered, type LineRow, type StoredDocument } from './find-invoice.ts'
import { lateSince } from './late-since.ts'
import { lineSteps } from './line-steps.ts'
import { isRated, loadAsRated, type AsRated } from './load-as-rated.ts'
import { usageBehind, type UsageBehind } from './usage-behind.ts'

/** Why a line is on an invoice, and that it is what was used times what it costs (REQUIREMENTS M10). */
export interface LineExplanation {
  /** "INV-2026-02-0047#3" */
  readonly reference: string
  readonly invoiceId: string
  readonly customerId: string
  readonly currency: string
  readonly kind: string
  readonly metric: string | null
  readonly description: string
  readonly amountMinor: bigint
  readonly plan: string | null
  readonly pricingVersion: string
  readonly usage: UsageBehind | null
  /** Months whose raw events are detached: then only totals stand behind the line. */
  readonly detached: readonly string[]
  /** The arithmetic, a sentence a step. */
  readonly steps: readonly string[]
  /** Rating the period again gave this very line; null where it could not be rated again, or is no usage. */
  readonly reproduced: boolean | null
}

/**
 * Explains one line of an invoice, or every line of it.
 * @throws not_found; invalid_input when the invoice has no such line.
 */
export async function explainLines(
  ctx: Ctx,
  reference: { readonly invoice: string; readonly line: number | null },
): Promise<LineExplanation[]> {
  const document = await findInvoice(ctx, reference.invoice)
  const wanted =
    reference.line === null
      ? document.lines.map((line, index) => ({ line, index }))
      : [lineNumbered(document, reference.line)]
  const again = await loadAsRated(ctx, document)
  const late = again?.source === 'buckets' ? await lateSince(ctx, document.invoice) : []
  const explained: LineExplanation[] = []
  for (const { line, index } of wanted)
    explained.push(
      await explainOne(ctx, document, { again, hasLate: late.length > 0 }, line, index),
    )
  return explained
}

async function explainOne(
  ctx: Ctx,
  document: StoredDocument,
  { again, hasLate }: { readonly again: AsRated | null; readonly hasLate: boolean },
  line: LineRow,
  index: number,
): Promise<LineExplanation> {
  const { invoice } = document
  const segment = again && segmentOf(again, line)
  const usage =
    again && line.metric !== null && isRated(line)
      ? await usageBehind(ctx, again, {
          customerId: invoice.customerId,
          metric: line.metric,
          period: { start: line.periodStart, end: line.periodEnd },
        })
      : null
  const reproduced = again && isRated(line) && !hasLate ? isReproduced(document, again, line) : null
  return {
    reference: `${invoice.number ?? invoice.id}#${index + 1}`,
    invoiceId: invoice.id,
    customerId: invoice.customerId,
    currency: invoice.currency,
    kind: line.kind,
    metric: line.metric,
    description: line.description,
    amountMinor: line.amountMinor,
    plan: segment?.planId ?? null,
    pricingVersion: segment?.document.version ?? invoice.pricingVersion,
    usage,
    detached: again?.detached ?? [],
    steps: lineSteps({
      line,
      currency: invoice.currency,
      roundingRule: segment?.document.roundingRule ?? null,
      charges: chargesBehind(segment, line),
      usage,
      holdsLate: hasLate,
      siblings: siblingsOf(document, line),
      adjustment: line.kind === 'adjustment' ? await adjustmentBehind(ctx, line) : null,
      reproduced,
    }),
    reproduced,
  }
}

function segmentOf({ billing }: AsRated, line: LineRow): PlanSegment | null {
  try {
    return (
      planSegments(billing.rating).find(({ period }) => period.end.equals(line.periodEnd)) ??
      planSegments(billing.rating).at(-1) ??
      null
    )
  } catch {
    return null
  }
}

function chargesBehind(segment: PlanSegment | null, { metric }: LineRow): Charge[] {
  if (!segment || metric === null) return []
  return chargesOf(segment.plan)
    .map(({ charge }) => charge)
    .filter((charge) => charge.metric === metric)
}

function siblingsOf({ lines }: StoredDocument, line: LineRow) {
  if (line.metric === null || !isRated(line)) return []
  return lines.flatMap((other, index) =>
    other.metric === line.metric && isRated(other) && other.periodStart.equals(line.periodStart)
      ? [{ number: index + 1, line: other }]
      : [],
  )
}

function isReproduced(
  { lines }: StoredDocument,
  { lines: rated }: AsRated,
  line: LineRow,
): boolean | null {
  if (typeof rated === 'string') return null
  const twin = rated[lines.filter(isRated).indexOf(line)]
  return twin?.quantity === line.quantity && twin.amountMinor === line.amountMinor
}
