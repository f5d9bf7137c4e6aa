import type { Proposal } from '#src/approvals/shapes.ts'
import type { Investigation } from '#src/invoicing/examine/investigate-invoice.ts'
import { compose, listed } from '../texts/compose.ts'
import type { TextKey } from '../texts/keys.ts'
import { wordsOf, type CaseFile } from '../tools/case-file.ts'
import { listedChanges } from '../tools/change-facts.ts'
import { openMinor } from '../tools/invoice-facts.ts'
import { asksForCopy, asksForRefundRules, comparesBills } from '../tools/questions.ts'

const TAX =
  /\b(vat|tax|taxes|mwst|mehrwertsteuer|umsatzsteuer|ust|steuer|tva|iva|btw|reverse charge)\b/iu
const STATUS =
  /\b(paid|received|arrived|due|status|overdue|outstanding|bezahlt|eingegangen|fällig|offen|payée?|reçu|échéance|pagad[ao]|vence|pagat[ao]|scadenza|betaald|ontvangen|vervalt)\b/iu

/** Answers an invoice question from facts alone: which question it is follows from the words. */
export function inquiryOffline(file: CaseFile): Proposal[] {
  const { facts, language, chosen } = file
  if (chosen.kind === 'none') return replying(file, 'ask_back', ['inquiry.none'], [])
  if (chosen.kind === 'unknown')
    return replying(file, 'ask_back', ['inquiry.which'], listed(facts, 'latest'))
  if (chosen.kind === 'several')
    return replying(file, 'ask_back', ['inquiry.several'], listed(facts, 'candidate'))
  const words = wordsOf(file.trigger)
  if (asksForRefundRules(words))
    return [{ kind: 'escalate', reason: 'No fact says what the refund rules are.' }]
  const { invoice } = chosen
  if (invoice && file.investigation) {
    const differs = ourMistake(file.investigation, invoice.id)
    if (differs.length > 0) return differs
  }
  if (invoice && asksForCopy(words) && !comparesBills(words)) {
    const template = compose(language, ['inquiry.copy', 'inquiry.explain'], facts)
    return template
      ? [
          { kind: 'send_reply', ...template },
          { kind: 'attach_invoice', invoiceId: invoice.id },
        ]
      : []
  }
  const { keys, lines } = questionOf(file, words)
  return replying(file, 'send_reply', keys, lines)
}

/** Where we billed more than usage comes to, no figure of ours is explained away: a person credits it, and answers. */
function ourMistake(found: Investigation, invoiceId: string): Proposal[] {
  const { firstDifference, overbilledMinor } = found
  if (firstDifference === null || overbilledMinor === null || overbilledMinor <= 0n) return []
  return [
    {
      kind: 'propose_credit',
      invoiceId,
      reason: `the invoice is above what its usage comes to; it first differs at: ${firstDifference}`,
      factKey: 'investigation.overbilled',
    },
    { kind: 'escalate', reason: 'invoice_differs' },
  ]
}

function questionOf(file: CaseFile, words: string): { keys: TextKey[]; lines: string[] } {
  const { facts, chosen } = file
  const lines = listed(facts, 'invoice.line')
  if (TAX.test(words) && 'invoice.tax.1' in facts)
    return { keys: ['inquiry.tax', 'inquiry.explain'], lines: listed(facts, 'invoice.tax') }
  if (comparesBills(words) && 'change.total' in facts)
    return { keys: ['inquiry.compare'], lines: listedChanges(facts) }
  if (STATUS.test(words) && chosen.invoice)
    return {
      keys: [openMinor(chosen.invoice) > 0n ? 'inquiry.open' : 'inquiry.paid', 'inquiry.explain'],
      lines,
    }
  return { keys: ['inquiry.explain', 'inquiry.paid', 'inquiry.open'], lines }
}

function replying(
  file: CaseFile,
  kind: 'send_reply' | 'ask_back',
  keys: readonly TextKey[],
  lines: readonly string[],
): Proposal[] {
  const template = compose(file.language, keys, file.facts, lines)
  if (!template) return [{ kind: 'escalate', reason: 'The facts for an answer are missing.' }]
  return [{ kind, ...template }]
}
