import { and, eq, like, ne, or } from 'drizzle-orm'
import type { Ctx } from '#db/context.ts'
import { dunningCases } from '#db/schema/collections.ts'
import { customers } from '#db/schema/customers.ts'
import { paymentMethods, payments } from '#db/schema/payments.ts'
import { isBefore } from '#src/kernel/time.ts'
import { classifyDecline, type DeclineClass } from './decline-classes.ts'
import { judgeCharge, type ChargeVerdict } from './network-limits.ts'
import { providerRetryHold } from './provider-retry.ts'

type PaymentRow = typeof payments.$inferSelect

/** What is about to be charged. `cause` as payments write it: "finalized", "dunning:<step>:…", "card_updated:<id>". */
export interface WantedCharge {
  readonly invoiceId: string
  readonly fingerprint: string
  readonly currency: string
  readonly amountMinor: bigint
  readonly cause: string
}

/** Whether a card may be charged at this moment: network limits, the product's caps, holds (DUNNING_POLICY §1, §2). */
export async function chargeAllowed(ctx: Ctx, wanted: WantedCharge): Promise<ChargeVerdict> {
  const rows = await relevantPayments(ctx, wanted)
  const onCard = rows.filter(
    ({ fingerprint, status }) =>
      fingerprint === wanted.fingerprint && status !== 'succeeded' && status !== 'canceled',
  )
  const step = stepOf(wanted.cause)
  return judgeCharge({
    now: ctx.now,
    brand: await brandOf(ctx, wanted.fingerprint),
    currency: wanted.currency,
    amountMinor: wanted.amountMinor,
    cause: wanted.cause,
    attempts: onCard.map(({ createdAt, currency, amountMinor, networkCode }) => ({
      at: createdAt,
      currency,
      amountMinor,
      networkCode,
    })),
    attemptsInStep:
      step === null
        ? 0
        : rows.filter((row) => row.invoiceId === wanted.invoiceId && stepOf(row.cause) === step)
            .length,
    lastClass: lastClass(onCard.filter(({ invoiceId }) => invoiceId === wanted.invoiceId)),
    hold: (await holdOn(ctx, wanted)) ?? (await providerRetryHold(ctx, wanted.invoiceId)),
  })
}

/** Every charge of the card that did not succeed, and the dunning charges of the invoice on whatever card. */
function relevantPayments(ctx: Ctx, wanted: WantedCharge): Promise<PaymentRow[]> {
  return ctx.db
    .select()
    .from(payments)
    .where(
      and(
        eq(payments.orgId, ctx.orgId),
        or(
          and(eq(payments.fingerprint, wanted.fingerprint), ne(payments.status, 'succeeded')),
          and(eq(payments.invoiceId, wanted.invoiceId), like(payments.cause, 'dunning:%')),
        ),
      ),
    )
}

/** "day3" of "dunning:day3:1772582400"; null for other causes. */
function stepOf(cause: string): string | null {
  const [kind, step] = cause.split(':')
  return kind === 'dunning' ? (step ?? '') : null
}

function lastClass(onCard: readonly PaymentRow[]): DeclineClass | null {
  const declined = onCard.filter(
    ({ status }) => status === 'failed' || status === 'requires_action',
  )
  if (declined.length === 0) return null
  const last = declined.reduce((a, b) =>
    isBefore(a.createdAt, b.createdAt) || a.attempt < b.attempt ? b : a,
  )
  if (last.status === 'requires_action') return 'sca'
  return classifyDecline({
    code: last.failureCode ?? '',
    declineCode: last.declineCode,
    networkCode: last.networkCode,
  })
}

async function brandOf(ctx: Ctx, fingerprint: string): Promise<string> {
  const [card] = await ctx.db
    .select({ brand: paymentMethods.brand })
    .from(paymentMethods)
    .where(and(eq(paymentMethods.orgId, ctx.orgId), eq(paymentMethods.fingerprint, fingerprint)))
    .limit(1)
  return card?.brand ?? 'unknown'
}

/** A frozen case is charged by nobody; a paused or held one not by the schedule. */
async function holdOn(ctx: Ctx, wanted: WantedCharge): Promise<string | null> {
  const [row] = await ctx.db
    .select({
      state: dunningCases.state,
      frozenReason: dunningCases.frozenReason,
      pausedUntil: dunningCases.pausedUntil,
      manualHold: customers.manualHold,
    })
    .from(dunningCases)
    .innerJoin(
      customers,
      and(eq(customers.orgId, dunningCases.orgId), eq(customers.id, dunningCases.customerId)),
    )
    .where(and(eq(dunningCases.orgId, ctx.orgId), eq(dunningCases.invoiceId, wanted.invoiceId)))
  if (!row) return null
  if (row.frozenReason !== null) return `frozen: ${row.frozenReason}`
  if (!wanted.cause.startsWith('dunning:')) return null
  if (row.state === 'recovered' || row.state === 'closed') return `the case is ${row.state}`
  if (row.manualHold) return 'manual hold'
  return row.pausedUntil && isBefore(ctx.now, row.pausedUntil) ? 'dunning is paused' : null
}
