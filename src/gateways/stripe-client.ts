import { Stripe } from 'stripe'

/** `apiBase` points the SDK at another host (a local peer, a proxy). */
export interface StripeAccess {
  readonly secretKey: string
  readonly apiBase?: string | undefined
  readonly timeoutMs?: number
}

/** The SDK without retries and telemetry: retries are ours, they must know which calls may be repeated. */
export function stripeClient(access: StripeAccess): Stripe {
  const base = access.apiBase === undefined ? undefined : new URL(access.apiBase)
  const secure = base?.protocol !== 'http:'
  return new Stripe(access.secretKey, {
    maxNetworkRetries: 0,
    timeout: access.timeoutMs ?? 20_000,
    telemetry: false,
    ...(base === undefined
      ? {}
      : {
          host: base.hostname,
          port: base.port === '' ? (secure ? 443 : 80) : base.port,
          protocol: secure ? 'https' : 'http',
        }),
  })
}
