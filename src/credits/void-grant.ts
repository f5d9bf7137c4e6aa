import { and, eq } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { creditGrants } from '#db/schema/credits.ts'
import { issueCreditNote } from '#src/invoicing/issue-credit-note.ts'
import { parseCurrency } from '#src/kernel/currency.ts'
import { AppError } from '#src/kernel/errors.ts'
import { formatMinor } from '#src/kernel/money.ts'
import { postTransaction } from '#src/ledger/post-transactions.ts'
import { recordAudit } from '#src/tenancy/audit.ts'
import { PREPAID, TAKEN_OVER } from './accounts.ts'
import type { GrantRow } from './grant-rows.ts'
import { freeMinor, lockGrant } from './lock-grants.ts'
import { insertMovements } from './movements.ts'

export interface VoidedGrant {
  readonly grantId: string
  readonly voidedMinor: bigint
  /** For credit that was bought: what was unused is credited on its invoice, tax included. */
  readonly creditNoteId: string | null
}

/**
 * Takes away what is left of a grant. Bought credit goes back by a credit note to its invoice: paid money becomes
 * the customer's, tax is corrected. Voiding twice changes nothing.
 * @throws not_found; conflict while a draft has set some of it aside, or when it has expired.
 */
export async function voidGrant(
  ctx: Ctx,
  input: { readonly grantId: string; readonly reason: string; readonly approvedBy: string },
): Promise<VoidedGrant> {
  const grant = await lockGrant(ctx, input.grantId)
  if (grant.voidedAt !== null) return { grantId: grant.id, voidedMinor: 0n, creditNoteId: null }
  const left = freeMinor(grant)
  const currency = parseCurrency(grant.currency)
  if (grant.reservedMinor > 0n)
    throw new AppError(
      'conflict',
      `${formatMinor(grant.reservedMinor, currency)} ${currency} of it are on a draft invoice: void it once that is final`,
    )
  const creditNoteId = await takeAway(ctx, grant, left, input)
  await ctx.db
    .update(creditGrants)
    .set({ voidedAt: ctx.now })
    .where(and(eq(creditGrants.orgId, ctx.orgId), eq(creditGrants.id, grant.id)))
  await recordAudit(ctx, {
    action: 'credit.voided',
    subject: { type: 'credit_grant', id: grant.id },
    reason: input.reason,
    data: {
      customerId: grant.customerId,
      amount: formatMinor(left, currency),
      currency,
      creditNoteId,
      approvedBy: input.approvedBy,
    },
  })
  return { grantId: grant.id, voidedMinor: left, creditNoteId }
}

async function takeAway(
  ctx: Ctx,
  grant: GrantRow,
  left: bigint,
  input: { readonly reason: string; readonly approvedBy: string },
): Promise<string | null> {
  if (left === 0n) return null
  if (grant.kind === 'paid' && grant.invoiceId !== null) {
    const note = await issueCreditNote(ctx, {
      invoiceId: grant.invoiceId,
      netMinor: left,
      reason: input.reason,
      approvedBy: input.approvedBy,
      key: `void:${grant.id}`,
    })
    return note.id
  }
  await insertMovements(ctx, [
    {
      grantId: grant.id,
      customerId: grant.customerId,
      kind: 'void',
      amountMinor: -left,
      key: `void:${grant.id}`,
      reason: input.reason,
    },
  ])
  if (grant.kind === 'promotional') return null
  const entry = { customerId: grant.customerId, currency: parseCurrency(grant.currency) }
  await postTransaction(ctx, {
    key: `credit:${grant.id}:voided`,
    kind: 'credit_voided',
    reason: `prepaid credit voided: ${input.reason}`,
    approval: input.approvedBy,
    entries: [
      { ...entry, account: PREPAID, amountMinor: left },
      { ...entry, account: TAKEN_OVER, amountMinor: -left },
    ],
  })
  return null
}
