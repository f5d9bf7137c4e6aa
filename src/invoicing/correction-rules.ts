import { canonicalJson } from '#src/kernel/canonical.ts'
import { decimalOf, parseDecimal } from '#src/kernel/decimal.ts'
import { AppError, invalidField } from '#src/kernel/errors.ts'
import { formatMinor, sumMinor } from '#src/kernel/money.ts'
import { lastInstant } from '#src/kernel/time.ts'
import { creditLines } from '#src/pricing/credit-lines.ts'
import { drawCredits, type CreditGrant } from '#src/pricing/credits.ts'
import type { DraftLine, DraftTax, InvoiceDraft, Seller } from './decision.ts'
import type { InvoiceDocument } from './document.ts'
import { contentHash, draftLine } from './rules.ts'

/** A line as it should have been; 0 takes the charge away. */
export interface CorrectedLine {
  /** On the invoice, from 0. */
  readonly position: number
  readonly amountMinor: bigint
  readonly description?: string
}

/**
 * The invoice that replaces a wrong one: its lines with the named ones as they should have been, for the customer as the
 * account stands now (address, tax number) and with the tax of that. Usage is not rated again: what came late is an
 * adjustment on the next invoice.
 * @throws invalid_input naming the line; refused when nothing would change, or the total would be below zero.
 */
export function decideCorrection(
  wrong: InvoiceDocument,
  change: {
    readonly lines: readonly CorrectedLine[]
    readonly buyer: InvoiceDraft['buyer']
    readonly seller: Seller
    readonly subscriptionId: string
    readonly taxesOn: (baseMinor: bigint) => readonly DraftTax[]
    /** What it had drawn of prepaid credit and gets back with its credit note: no more is drawn. */
    readonly credits: readonly CreditGrant[]
    readonly ratedSnapshot: string
  },
): InvoiceDraft {
  for (const [index, { position }] of change.lines.entries()) {
    const path = `lines.${index}.position`
    if (wrong.lines[position] === undefined)
      throw invalidField(path, `the invoice has no line ${position}`)
    if (wrong.lines[position].kind === 'credit')
      throw invalidField(path, 'is prepaid credit: it is drawn anew')
    if (change.lines.findIndex((line) => line.position === position) < index)
      throw invalidField(path, 'is named twice')
  }
  const charged = wrong.lines.flatMap((line, position) => {
    if (line.kind === 'credit' || isDueAgain(wrong, line)) return []
    const corrected = change.lines.find((candidate) => candidate.position === position)
    return [corrected ? correctedLine(wrong, line, corrected) : line]
  })
  const period = { start: wrong.periodStart, end: wrong.periodEnd }
  const draws = drawCredits(change.credits, charged, lastInstant(period))
  const drawn = creditLines(draws, change.credits, period, wrong.currency).map(draftLine)
  const lines = [...charged, ...drawn]
  const subtotalMinor = sumMinor(lines.map(({ amountMinor }) => amountMinor))
  const taxes = change.taxesOn(subtotalMinor)
  const taxMinor = sumMinor(taxes.map(({ amountMinor }) => amountMinor))
  const content = {
    customerId: wrong.customerId,
    subscriptionId: change.subscriptionId,
    periodName: wrong.periodName,
    period,
    currency: wrong.currency,
    lines,
    taxes,
    subtotalMinor,
    taxMinor,
    totalMinor: subtotalMinor + taxMinor,
    pricingVersion: wrong.pricingVersion,
    claims: { itemIds: [], coupons: [], draws },
  }
  if (content.totalMinor < 0n)
    throw new AppError(
      'refused',
      `the total would be ${formatMinor(content.totalMinor, wrong.currency)} ${wrong.currency}: below zero is a credit note, not an invoice`,
      { fields: [{ path: 'lines', message: 'the total would be below zero' }] },
    )
  const draft = {
    ...content,
    kind: 'correction' as const,
    adjustments: [],
    ratedSnapshot: change.ratedSnapshot,
    seller: change.seller.party,
    buyer: change.buyer,
    corrects: wrong.id,
    contentHash: contentHash(content),
    hold: null,
    taxCalculationId: null,
    wantedCalculation: null,
  }
  if (saysTheSame(draft, wrong))
    throw new AppError('refused', 'nothing would change: name a line, or correct the account first')
  return draft
}

/** What a void invoice had taken up is the next invoice's again already: copied, it would be there twice. */
function isDueAgain({ status }: InvoiceDocument, { kind }: DraftLine): boolean {
  return status === 'void' && ['adjustment', 'item', 'coupon'].includes(kind)
}

function correctedLine(
  { currency }: InvoiceDocument,
  line: DraftLine,
  { amountMinor, description }: CorrectedLine,
): DraftLine {
  const amount = formatMinor(amountMinor, currency)
  return {
    ...line,
    description: description ?? line.description,
    // Other words than the ones that were translated.
    wording: description === undefined ? (line.wording ?? null) : null,
    quantity: decimalOf(1),
    unitPrice: parseDecimal(amount),
    amountMinor,
    exactAmount: amount,
  }
}

type Said = Pick<InvoiceDraft, 'lines' | 'taxes' | 'buyer'>

function saysTheSame(a: Said, b: Said): boolean {
  const said = ({ lines, taxes, buyer }: Said) =>
    canonicalJson({
      lines: lines.map(({ description, amountMinor }) => ({ description, amountMinor })),
      taxes: taxes.map(({ jurisdiction, rate, amountMinor, note }) => ({
        jurisdiction,
        rate,
        amountMinor,
        note,
      })),
      buyer,
    })
  return said(a) === said(b)
}
