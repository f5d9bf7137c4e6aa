import { sql } from 'drizzle-orm'
import type { Scope } from '#db/context.ts'
import { requireExpected } from '#src/kernel/preview.ts'
import { loadOrganization } from '#src/tenancy/organization.ts'
import { accountIds, moveRun, openRun, refusedCustomerIds, type BillingRun } from './billing-run.ts'
import type { Seller } from './decision.ts'
import { draftCustomers } from './draft-customers.ts'
import { heldCustomerIds } from './held-drafts.ts'
import { dueDraftIds, finalizeDrafts } from './finalize-drafts.ts'
import { draftedHash, previewRun } from './preview-run.ts'
import { dropDrafts } from './refresh-drafts.ts'
import { draftCount, summarizeRun, type BillingSummary } from './run-summary.ts'
import { sellerOf } from './seller.ts'

type Organization = Parameters<typeof finalizeDrafts>[1]

/** Accounts, or invoices, a transaction: each has some twenty statements, whatever its size. */
const CHUNK = 1000
/** Runs of fewer chunks need no statistics of what they have written. */
const LARGE = 3
/** Drafting transactions at once: the database works on some while this process decides about another. */
const CONCURRENCY = 4

interface BillingProgress {
  readonly phase: 'drafting' | 'finalizing'
  /** Accounts drafted, or invoices finalized, of `total`. */
  readonly done: number
  readonly total: number
}

export interface BillingInput {
  /** "2026-02" */
  readonly period: string
  /** Transactions at once while drafting. */
  readonly concurrency?: number
  /** Accounts, or invoices, a transaction. */
  readonly chunkSize?: number
  readonly onProgress?: (progress: BillingProgress) => void
  /** A preview's: nothing is finalized unless all invoices of the period come to it. */
  readonly expectedHash?: string
}

/**
 * Bills a period (REQUIREMENTS I1–I3): drafts for every account in parallel, then, when all drafts exist, finalizes
 * them in account order. It can be killed anywhere and called again, also twice at once: the invoices and their
 * numbers come out the same. A finished run changes nothing and says so, unless one whom it refused can be billed now.
 * @throws invalid_input unless the period reads like 2026-02 and has begun, and then nothing is written; conflict when it
 *   would not come to `expectedHash`.
 */
export async function runBilling(scope: Scope, input: BillingInput): Promise<BillingSummary> {
  const { expectedHash } = input
  if (expectedHash !== undefined) {
    const { hash } = await previewRun(scope, { period: input.period, top: 1 })
    requireExpected(expectedHash, hash, `the billing of ${input.period}`)
  }
  const { run, organization } = await scope.transact(async (ctx) => ({
    run: await openRun(ctx, input.period),
    organization: await loadOrganization(ctx),
  }))
  if (run.status === 'finished' && !(await reopened(scope, input, run, organization)))
    return scope.transact((ctx) => summarizeRun(ctx, run, true))
  const refresh = organization.settings.gracePeriodHours > 0
  // Numbering has begun only when every draft exists, so a run that stopped there has nothing left to draft.
  if (run.status === 'drafting' || refresh) {
    await draftAll(scope, input, run, { seller: sellerOf(organization, scope), refresh })
    // What came in between the preview and the last draft is refused as well, and leaves no draft behind.
    if (expectedHash !== undefined) await requireDrafted(scope, input.period, expectedHash)
    await scope.transact((ctx) => moveRun(ctx, run.id, 'drafting', 'finalizing'))
  } else if (run.status === 'finalizing') {
    // What held a draft back may be settled: only those are decided again.
    const held = await scope.transact((ctx) => heldCustomerIds(ctx, run.period))
    await redraft(scope, input, run, { seller: sellerOf(organization, scope), customerIds: held })
  }
  await finalizeAll(scope, input, organization)
  return scope.transact(async (ctx) => {
    const summary = await summarizeRun(ctx, { ...run, status: 'finished' }, false)
    if (summary.waiting > 0) return { ...summary, status: 'finalizing' }
    await moveRun(ctx, run.id, 'finalizing', 'finished')
    return summary
  })
}

async function requireDrafted(scope: Scope, period: string, expected: string): Promise<void> {
  const drafted = await scope.transact((ctx) => draftedHash(ctx, period))
  if (drafted !== expected) await scope.transact((ctx) => dropDrafts(ctx, period))
  requireExpected(expected, drafted, `the billing of ${period}`)
}

async function draftAll(
  scope: Scope,
  input: BillingInput,
  run: BillingRun,
  options: Pick<Parameters<typeof draftCustomers>[1], 'seller' | 'refresh'>,
): Promise<void> {
  const ids = await scope.transact(accountIds)
  const chunks = chunked(ids, input.chunkSize ?? CHUNK)
  let done = 0
  await inParallel(chunks, input.concurrency ?? CONCURRENCY, async (customerIds) => {
    await scope.transact((ctx) =>
      draftCustomers(ctx, { ...options, runId: run.id, periodName: run.period, customerIds }),
    )
    const first = done === 0
    done += customerIds.length
    if (first) await refreshStatistics(scope, chunks.length)
    input.onProgress?.({ phase: 'drafting', done, total: ids.length })
  })
}

/**
 * Decides those again whom a finished run refused: what kept them from their invoice may be settled since. Drafts left
 * over by a call that stopped here count too.
 * @returns whether there is something to finalize.
 */
async function reopened(
  scope: Scope,
  input: BillingInput,
  run: BillingRun,
  organization: Organization,
): Promise<boolean> {
  const refused = await scope.transact((ctx) => refusedCustomerIds(ctx, run.id))
  await redraft(scope, input, run, { seller: sellerOf(organization, scope), customerIds: refused })
  const drafts = await scope.transact((ctx) => draftCount(ctx, run.period))
  if (drafts === 0) return false
  if (input.expectedHash !== undefined)
    await requireDrafted(scope, input.period, input.expectedHash)
  await scope.transact((ctx) => moveRun(ctx, run.id, 'finished', 'finalizing'))
  return true
}

async function redraft(
  scope: Scope,
  input: BillingInput,
  run: BillingRun,
  options: { readonly seller: Seller; readonly customerIds: readonly string[] },
): Promise<void> {
  const { seller } = options
  for (const customerIds of chunked(options.customerIds, input.chunkSize ?? CHUNK))
    await scope.transact((ctx) =>
      draftCustomers(ctx, {
        runId: run.id,
        periodName: run.period,
        customerIds,
        seller,
        refresh: false,
      }),
    )
}

async function finalizeAll(
  scope: Scope,
  input: BillingInput,
  organization: Organization,
): Promise<void> {
  // Every list of due drafts is in account order and chunks are taken one after the other, so two runs at once never
  // number ahead of each other.
  const ids = await scope.transact((ctx) => dueDraftIds(ctx, organization, input.period))
  const chunks = chunked(ids, input.chunkSize ?? CHUNK)
  let done = 0
  for (const invoiceIds of chunks) {
    await scope.transact((ctx) =>
      finalizeDrafts(ctx, organization, { periodName: input.period, invoiceIds }),
    )
    const first = done === 0
    done += invoiceIds.length
    if (first) await refreshStatistics(scope, chunks.length)
    input.onProgress?.({ phase: 'finalizing', done, total: ids.length })
  }
}

/** After the first chunk of a phase: what follows is planned by what that has written. */
async function refreshStatistics(scope: Scope, chunks: number): Promise<void> {
  if (chunks < LARGE) return
  await scope.transact((ctx) => ctx.db.execute(sql`select refresh_run_statistics()`))
}

function chunked<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = []
  for (let start = 0; start < items.length; start += size)
    chunks.push(items.slice(start, start + size))
  return chunks
}

/** Works off the items with so many at once; the first failure stops the rest and is thrown. */
async function inParallel<T>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values()
  let failed = false
  const worker = async () => {
    for (const item of queue) {
      if (failed) return
      try {
        await work(item)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const results = await Promise.allSettled(Array.from({ length: concurrency }, worker))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}
