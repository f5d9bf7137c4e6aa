import type { ARCChainEntry, ARCResult, DKIMVerifyResult } from 'mailauth'
import { isWholeSignature } from './whole-signature.ts'

/**
 * Whether a forwarder that we were told to trust (a mailing list, a mail host) saw DMARC pass for the domain in From
 * before the mail changed on its way (RFC 8617): every seal of an unbroken chain is one of theirs, and the first of
 * them says so. Anybody can seal; whom to believe is a setting.
 */
export function isTrustedForward(
  arc: ARCResult | false | undefined,
  dkim: DKIMVerifyResult,
  trustedSealers: readonly string[],
): boolean {
  if (!arc || arc.status.result !== 'pass' || !arc.signature) return false
  const chain = arc.chain ?? []
  const sealed = chain.every((set) => trustedSealers.includes(sealerOf(set)))
  if (chain.length === 0 || !sealed || !isWholeSignature(arc.signature, dkim)) return false
  const results = firstResults(arc, chain)
  const domain = dkim.headerFrom.length === 1 ? domainOf(dkim.headerFrom[0] ?? '') : null
  return (
    dkim.fromFields === 1 &&
    domain !== null &&
    results.verdict === 'pass' &&
    results.from?.toLowerCase() === domain
  )
}

interface DmarcOfSet {
  readonly value?: string
  readonly result?: string
  readonly header?: { readonly from?: unknown }
}

/** What the first forwarder found. The library moves the results of the latest set out of the chain. */
function firstResults(arc: ARCResult, chain: readonly ARCChainEntry[]) {
  const results: unknown =
    chain.length === 1
      ? arc.authenticationResults
      : chain.find(({ i }) => i === 1)?.['arc-authentication-results']?.parsed
  const dmarc = (results as { dmarc?: DmarcOfSet } | undefined)?.dmarc
  const from = dmarc?.header?.from
  return { verdict: dmarc?.result ?? dmarc?.value, from: typeof from === 'string' ? from : null }
}

function sealerOf(set: ARCChainEntry): string {
  const domain: unknown = (set['arc-seal']?.parsed as { d?: { value?: unknown } } | undefined)?.d
    ?.value
  return typeof domain === 'string' ? domain.toLowerCase() : ''
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase()
}
