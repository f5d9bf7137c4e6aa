import type { ProviderRefundAnswer } from './provider.ts'

const STATUSES = ['pending', 'succeeded', 'failed', 'canceled'] as const

/** Stripe's words for how a refund stands; one that waits for the customer is on its way. */
export function refundStatus(text: unknown): ProviderRefundAnswer['status'] {
  return STATUSES.find((known) => known === text) ?? 'pending'
}

/** The refund that carries our id among those of a charge. */
export function findOurRefund(
  listed: readonly unknown[],
  refundId: string,
): ProviderRefundAnswer | null {
  for (const entry of listed) {
    if (typeof entry !== 'object' || entry === null) continue
    const { id, status, metadata }: { id?: unknown; status?: unknown; metadata?: unknown } = entry
    const named =
      typeof metadata === 'object' && metadata !== null && 'refund_id' in metadata
        ? metadata.refund_id
        : null
    if (named === refundId && typeof id === 'string')
      return { providerRef: id, status: refundStatus(status) }
  }
  return null
}
