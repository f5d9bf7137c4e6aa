import { z } from 'zod'
import { AppError } from '#src/kernel/errors.ts'
import type { ProviderCard } from './provider.ts'

const PaymentMethod = z.looseObject({
  id: z.string(),
  customer: z.union([z.string(), z.looseObject({ id: z.string() })]).nullish(),
  card: z.looseObject({
    brand: z.string().nullish(),
    last4: z.string().nullish(),
    exp_month: z.number(),
    exp_year: z.number(),
    fingerprint: z.string().nullish(),
  }),
})

/** Reads Stripe's payment method JSON; null when it is not a card. */
export function readCard(object: Readonly<Record<string, unknown>>): ProviderCard | null {
  const parsed = PaymentMethod.safeParse(object)
  if (!parsed.success) return null
  const { id, customer, card } = parsed.data
  return {
    id,
    providerCustomerId: typeof customer === 'string' ? customer : (customer?.id ?? null),
    brand: card.brand ?? 'card',
    last4: card.last4 ?? '????',
    expMonth: card.exp_month,
    expYear: card.exp_year,
    // Wallets without one: limits are then counted per payment method.
    fingerprint: card.fingerprint ?? id,
  }
}

/** As `readCard`. @throws refused when the payment method is not a card. */
export function cardOf(object: Readonly<Record<string, unknown>>): ProviderCard {
  const card = readCard(object)
  if (!card) throw new AppError('refused', 'only cards can be put on file')
  return card
}
