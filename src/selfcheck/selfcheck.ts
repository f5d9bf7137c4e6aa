import type { Ctx, Scope } from '#db/context.ts'
import { checkDunningSteps } from '#src/collections/checks.ts'
import { checkCredits } from '#src/credits/checks.ts'
import { checkInvoiceClaims } from '#src/invoicing/check-claims.ts'
import { checkInvoiceNumbers, checkInvoiceTotals } from '#src/invoicing/checks.ts'
import { checkAccounts, checkLedgerBalance } from '#src/ledger/checks.ts'
import { checkChargesAndCash } from '#src/payments/checks.ts'
import { checkMovementsExplained } from './movements.ts'
import { checkAuditChain } from '#src/tenancy/checks.ts'
import type { CheckResult } from '#src/kernel/check.ts'
import { checkNothingStuck } from './stuck.ts'
import { checkTenantReferences } from './tenants.ts'
import { checkUsageCounted } from './usage.ts'

/** The invariants of the design, each with its check and what it means to a reader. */
const CHECKS = {
  I1: { means: 'debits equal credits', check: checkLedgerBalance },
  I2: {
    means: 'totals are lines plus tax, credit notes within them, coupons, items and credit add up',
    check: every(checkInvoiceTotals, checkInvoiceClaims, checkCredits),
  },
  I3: {
    means: 'every accepted event is counted once, in one invoice at most',
    check: checkUsageCounted,
  },
  I4: {
    means: 'one charge per attempt; cash in the ledger is what was collected',
    check: checkChargesAndCash,
  },
  I5: { means: 'one dunning step and one mail per step', check: checkDunningSteps },
  I6: { means: 'invoice numbers without gaps', check: checkInvoiceNumbers },
  I7: { means: 'no row points to another organisation', check: checkTenantReferences },
  I8: {
    means: 'every movement of money has actor, reason, approval; the audit trail is whole',
    check: every(checkMovementsExplained, checkAccounts, checkAuditChain),
  },
  I9: { means: 'nothing is stuck', check: checkNothingStuck },
} as const

/** Several checks of one invariant. */
function every(...checks: readonly ((ctx: Ctx) => Promise<CheckResult>)[]) {
  return async (ctx: Ctx): Promise<CheckResult> => {
    const problems: string[] = []
    for (const check of checks) problems.push(...(await check(ctx)).problems)
    return { ok: problems.length === 0, problems }
  }
}

export type Invariant = keyof typeof CHECKS

/** Checks I1 to I9 over everything the organisation has; changes nothing. */
export async function selfcheck(
  scope: Scope,
): Promise<Record<Invariant, CheckResult & { means: string }>> {
  const results: Partial<Record<Invariant, CheckResult & { means: string }>> = {}
  for (const name of Object.keys(CHECKS) as Invariant[]) {
    const { means, check } = CHECKS[name]
    results[name] = { means, ...(await scope.transact((ctx) => check(ctx))) }
  }
  return results as Record<Invariant, CheckResult & { means: string }>
}
