import type { Ctx } from '#db/context.ts'
import type { GraphState } from '#graph/state.ts'
import { loadAccountEvidence, type AccountEvidence } from '#src/approvals/evidence/account.ts'
import {
  loadCollectionEvidence,
  type CollectionEvidence,
} from '#src/approvals/evidence/collection.ts'
import { loadInvoiceEvidence, type InvoiceEvidence } from '#src/approvals/evidence/invoices.ts'
import { loadUsageEvidence, type UsageEvidence } from '#src/approvals/evidence/usage.ts'
import type { Facts } from '#src/approvals/gate-text.ts'
import type { Instant } from '#src/kernel/time.ts'
import { accountFacts } from './account-facts.ts'
import { collectionFacts } from './collection-facts.ts'
import { chooseInvoice, invoiceFacts, type ChosenInvoice } from './invoice-facts.ts'
import { languageOf, languageOfLocale, type Language } from './language.ts'
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
  const account = await loadAccountEvidence(ctx, query.customerId)
  if (!account) return null
  const words = wordsOf(query.trigger)
  const language =
    words === '' ? languageOfLocale(account.locale) : languageOf(words, account.locale)
  const reader = {
    locale: languageOfLocale(account.locale) === language ? account.locale : language,
    timeZone: account.timeZone,
  }
  const invoices = await loadInvoiceEvidence(ctx, account.id)
  const collection = await loadCollectionEvidence(ctx, account.id)
  const usage = query.withUsage
    ? await loadUsageEvidence(ctx, {
        customerId: account.id,
        timeZone: account.timeZone,
        anomalyId: query.anomalyId,
      })
    : null
  const chosen = chooseInvoice(invoices, words, collection.dunning?.invoiceId ?? null)
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
    facts: {
      ...accountFacts(account, query.trigger),
      ...ofInvoice.facts,
      ...collectionFacts({ collection, chosen, words, now: ctx.now, reader }),
      ...(usage ? usageFacts(usage, { now: ctx.now, reader }) : {}),
    },
    amounts: ofInvoice.amounts,
  }
}

/** The customer's own words; machines have none. */
export function wordsOf(trigger: GraphState['trigger']): string {
  return trigger.type === 'customer_query'
    ? `${trigger.payload.subject}\n${trigger.payload.text}`
    : ''
}
