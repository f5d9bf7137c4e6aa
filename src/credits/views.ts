import { z } from '@hono/zod-openapi'
import type { CreditBalance } from './credit-balance.ts'
import type { GrantRow } from './grant-rows.ts'
import type { MovementRow } from './list-grants.ts'

const Minor = z.string().openapi({ description: 'Minor units of the currency' })

/** A customer's credit, net of tax. */
export const CreditBalanceView = z
  .object({
    currency: z.string(),
    availableMinor: Minor,
    paidMinor: Minor,
    promotionalMinor: Minor,
    reservedMinor: Minor.nullable(),
    scheduledMinor: Minor,
    nextExpiryAt: z.string().nullable(),
  })
  .openapi('CreditBalance')

export function creditBalanceView(
  balance: CreditBalance,
  currency: string,
): z.infer<typeof CreditBalanceView> {
  return {
    currency,
    availableMinor: balance.availableMinor.toString(),
    paidMinor: balance.paidMinor.toString(),
    promotionalMinor: balance.promotionalMinor.toString(),
    reservedMinor: balance.reservedMinor?.toString() ?? null,
    scheduledMinor: balance.scheduledMinor.toString(),
    nextExpiryAt: balance.nextExpiryAt?.toString() ?? null,
  }
}

export const CreditGrantView = z
  .object({
    id: z.string(),
    customerId: z.string(),
    kind: z.enum(['paid', 'promotional']),
    name: z.string().nullable(),
    currency: z.string(),
    amountMinor: Minor,
    remainingMinor: Minor,
    reservedMinor: Minor,
    priority: z.number().int(),
    appliesTo: z.array(z.string()).nullable(),
    rollover: z
      .object({
        percentage: z.string(),
        capMinor: Minor.nullable(),
        validDays: z.number().int().nullable(),
      })
      .nullable(),
    effectiveAt: z.string(),
    expiresAt: z.string().nullable(),
    voidedAt: z.string().nullable(),
    invoiceId: z.string().nullable(),
    rolledFrom: z.string().nullable(),
    createdAt: z.string(),
  })
  .openapi('CreditGrant')

export function creditGrantView(row: GrantRow): z.infer<typeof CreditGrantView> {
  return {
    id: row.id,
    customerId: row.customerId,
    kind: row.kind,
    name: row.name,
    currency: row.currency,
    amountMinor: row.amountMinor.toString(),
    remainingMinor: row.remainingMinor.toString(),
    reservedMinor: row.reservedMinor.toString(),
    priority: row.priority,
    appliesTo: row.appliesTo === null ? null : [...row.appliesTo],
    rollover: row.rollover,
    effectiveAt: row.effectiveAt.toString(),
    expiresAt: row.expiresAt?.toString() ?? null,
    voidedAt: row.voidedAt?.toString() ?? null,
    invoiceId: row.invoiceId,
    rolledFrom: row.rolledFrom,
    createdAt: row.createdAt.toString(),
  }
}

export const CreditMovementView = z
  .object({
    id: z.string(),
    kind: z.enum(['grant', 'draw', 'return', 'expire', 'roll', 'void']),
    amountMinor: Minor,
    invoiceId: z.string().nullable(),
    reason: z.string(),
    at: z.string(),
  })
  .openapi('CreditMovement')

export function creditMovementView(row: MovementRow): z.infer<typeof CreditMovementView> {
  return {
    id: row.id,
    kind: row.kind,
    amountMinor: row.amountMinor.toString(),
    invoiceId: row.invoiceId,
    reason: row.reason,
    at: row.at.toString(),
  }
}
