import type { Ctx } from '#db/context.ts'
import type { Facts } from '#src/approvals/gate-text.ts'
import { explainLines } from '#src/invoicing/examine/explain-line.ts'
import {
  investigateInvoice,
  type Investigation,
} from '#src/invoicing/examine/investigate-invoice.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { moneyText, type Reader } from './format.ts'

/** Steps of so many lines go into the facts. */
const EXPLAINED_LINES = 12

/** What looking into a disputed invoice has brought to light. */
export interface LookedInto {
  readonly investigation: Investigation
  readonly facts: Facts
  /** Minor units behind the facts that are amounts, as text. */
  readonly amounts: Readonly<Record<string, string>>
}

/**
 * Rates a disputed invoice again from raw events, follows it to the books, and takes its lines apart. Read only; what a
 * difference means is said by code, a credit for it is a proposal that a person decides.
 */
export async function lookInto(ctx: Ctx, invoiceId: string, reader: Reader): Promise<LookedInto> {
  const investigation = await investigateInvoice(ctx, invoiceId)
  const lines = await explainLines(ctx, { invoice: invoiceId, line: null })
  const { firstDifference, layers, overbilledMinor, late } = investigation
  const facts: Record<string, string> = {
    'investigation.result':
      firstDifference === null ? 'no difference' : `first difference: ${firstDifference}`,
  }
  const amounts: Record<string, string> = {}
  for (const { layer, ok } of layers)
    facts[`investigation.${layer}`] = ok === null ? 'not checked' : ok ? 'agrees' : 'differs'
  if (overbilledMinor !== null && overbilledMinor > 0n) {
    const currency = parseCurrency(investigation.currency)
    facts['investigation.overbilled'] = moneyText(overbilledMinor, currency, reader)
    amounts['investigation.overbilled'] = overbilledMinor.toString()
  }
  for (const [index, { metric, adjustedOn }] of late.entries())
    facts[`investigation.late.${index + 1}`] =
      `${metric}: ${adjustedOn === null ? 'on the next invoice' : adjustedOn}`
  for (const [index, { steps }] of lines.slice(0, EXPLAINED_LINES).entries())
    facts[`investigation.steps.${index + 1}`] = steps.join('; ')
  return { investigation, facts, amounts }
}
