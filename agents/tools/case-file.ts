import type { Ctx } from '#db/context.ts'
import type { GraphState } from '#graph/state.ts'
import { loadAccountEvidence, type AccountEvidence } from '#src/approvals/evidence/account.ts'
import {
  loadCollectionEvidence,
  type CollectionEvidence,
} from '#src/approvals/evidence/collection.ts'
import { loadUsageGrowth, type UsageGrowth } from '#src/approvals/evidence/growth.ts'
import { loadInvoiceEvidence, type InvoiceEvidence } from '#src/approvals/evidence/invoices.ts'
import { loadUsageEvidence, type UsageEvidence } from '#src/approvals/evidence/usage.ts'
import type { Facts } from '#src/approvals/gate-text.ts'
import type { Investigation } from '#src/invoicing/examine/investigate-invoice.ts'
import type { Instant } from '#src/kernel/time.ts'
import { accountFacts } from './account-facts.ts'
import { billDifference, type BillDifference } from './bill-difference.ts'
import { changeFacts } from './change-facts.ts'
import { collectionFacts } from './collection-facts.ts'
import { lookInto } from './investigation.ts'
import { chooseInvoice, invoiceFacts, type ChosenInvoice } from './invoice-facts.ts'
import { languageOf, languageOfLocale, type Language } from './language.ts'
import { comparesBills, disputesBill } from './questions.ts'
import { usageFacts } from './usage-facts.ts'

/** All an agent works from: rows of the trigger's own account, read in one transaction, and facts computed of them. */
export interface CaseFile {
  readonly now: Instant
  readonly trigger: GraphState['trigger']
  readonly language: Language
  readonly account: AccountEvidence
  readonly invoices: readonly InvoiceEvidence[]
  readonly chosen: ChosenInvoice
  readonly collection: CollectionEvidence
  readonly usage: UsageEvidence | null
  /** Of the chosen invoice, where the customer says that it is wrong. */
  readonly investigation: Investigation | null
  readonly facts: Facts
  /** Minor units behind the facts that are amounts, as text. */
  readonly amounts: Readonly<Record<string, string>>
}

export interface CaseQuery {
  readonly trigger: GraphState['trigger']
  readonly customerId: string
  readonly anomalyId: string | null
  /** Whether usage is needed: only the anomaly agent pays for reading it. */
  readonly withUsage: boolean
  /** Where hosted pages are, without a slash at the end. */
  readonly publicUrl: string
}

/** Reads the case of one account; null when the account does not exist. */
export async function openCaseFile(ctx: Ctx, query: CaseQuery): Promise<CaseFile | null> {
  // Asked together: they go out in one round trip.
  const [account, invoices, collection] = await Promise.all([
    loadAccountEvidence(ctx, query.customerId),
    loadInvoiceEvidence(ctx, query.customerId),
    loadCollectionEvidence(ctx, query.customerId),
  ])
  if (!account) return null
  const words = wordsOf(query.trigger)
  const language =
    words === '' ? languageOfLocale(account.locale) : languageOf(words, account.locale)
  const reader = {
    // A Czech account is written to in English: its figures and dates have to be English too.
    locale: account.locale.toLowerCase().startsWith(language) ? account.locale : language,
    timeZone: account.timeZone,
  }
  const usage = query.withUsage
    ? await loadUsageEvidence(ctx, {
        customerId: account.id,
        timeZone: account.timeZone,
        anomalyId: query.anomalyId,
      })
    : null
  const chosen = chooseInvoice(invoices, words, collection.dunning?.invoiceId ?? null)
  const difference =
    chosen.invoice && chosen.previous ? billDifference(chosen.invoice, chosen.previous) : null
  const growth = comparesBills(words)
    ? await loadGrowth(ctx, chosen, difference)
    : new Map<string, UsageGrowth>()
  const looked =
    chosen.invoice && disputesBill(words) ? await lookInto(ctx, chosen.invoice.id, reader) : null
  const ofInvoice = invoiceFacts({ chosen, invoices, reader, publicUrl: query.publicUrl })
  return {
    now: ctx.now,
    trigger: query.trigger,
    language,
    account,
    invoices,
    chosen,
    collection,
    usage,
    investigation: looked?.investigation ?? null,
    facts: {
      ...accountFacts(account, query.trigger),
      ...ofInvoice.facts,
      ...(chosen.invoice && chosen.previous
        ? changeFacts({
            invoice: chosen.invoice,
            previous: chosen.previous,
            difference,
            growth,
            reader,
          })
        : {}),
      ...collectionFacts({ collection, chosen, words, now: ctx.now, reader }),
      ...(usage ? usageFacts(usage, { now: ctx.now, reader }) : {}),
      ...looked?.facts,
    },
    amounts: { ...ofInvoice.amounts, ...looked?.amounts },
  }
}

const GROWN_METRICS = 2

/** What drove the metrics that made the bill larger; raw events are read only where a customer asks. */
async function loadGrowth(
  ctx: Ctx,
  { invoice, previous }: ChosenInvoice,
  difference: BillDifference | null,
): Promise<ReadonlyMap<string, UsageGrowth>> {
  const found = new Map<string, UsageGrowth>()
  if (!invoice || !previous || !difference) return found
  const grown = difference.parts.filter(
    ({ changeMinor, units }) => changeMinor > 0n && units !== null && units.now > units.before,
  )
  for (const { metric, units } of grown.slice(0, GROWN_METRICS)) {
    if (metric === null || units === null) continue
    const growth = await loadUsageGrowth(ctx, {
      customerId: invoice.customerId,
      metric,
      period: { start: invoice.periodStart, end: invoice.periodEnd },
      before: { start: previous.periodStart, end: previous.periodEnd },
      billed: units,
    })
    if (growth) found.set(metric, growth)
  }
  return found
}

/** The customer's own words; machines have none. */
export function wordsOf(trigger: GraphState['trigger']): string {
  return trigger.type === 'customer_query'
    ? `${trigger.payload.subject}\n${trigger.payload.text}`
    : ''
}
