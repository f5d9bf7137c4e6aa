import { getDomain } from 'tldts'

/** Results in the words of RFC 8601; `aligned`: what passed speaks for the domain in From. */
export interface Authentication {
  readonly spf?: string | undefined
  readonly dkim?: string | undefined
  readonly dmarc?: string | undefined
  readonly aligned?: boolean | undefined
}

/** What the receiving server found out about the sender. `none` is neither proof nor disproof. */
export function authenticationVerdict(results: Authentication | null): 'pass' | 'fail' | 'none' {
  if (!results) return 'none'
  if (results.dmarc === 'fail') return 'fail'
  if (results.dmarc === 'pass') return 'pass'
  // A policy that could not be read may have asked for more than what was found.
  if (results.dmarc === 'temperror' || results.dmarc === 'permerror') return 'none'
  const proven = results.spf === 'pass' || results.dkim === 'pass'
  if (proven && results.aligned === true) return 'pass'
  // A pass for some other domain proves nothing about From, and disproves nothing either.
  const broken = (result: string | undefined) => result === 'fail' || result === 'softfail'
  return !proven && (broken(results.spf) || broken(results.dkim)) ? 'fail' : 'none'
}

/** Relaxed alignment (RFC 7489 §3.1): one registrable domain. `co.uk` speaks for nobody. */
function speaksFor(domain: string, from: string): boolean {
  const [mine, theirs] = [registrable(domain), registrable(from.split('@').at(-1) ?? '')]
  return mine !== null && mine === theirs
}

/** Also of names under private suffixes: two customers of one hosting company are two. */
function registrable(domain: string): string | null {
  return getDomain(domain, { allowPrivateDomains: true })
}

/**
 * Reads "spf=pass smtp.mailfrom=x.example; dkim=pass header.d=x.example; dmarc=pass" as our own mail server writes
 * it. Null when it says nothing.
 */
export function readAuthenticationResults(header: string, from: string): Authentication | null {
  const results: Record<string, string> = {}
  let aligned = false
  let latest = { method: '', value: '' }
  for (const [, name = '', value = ''] of header
    .toLowerCase()
    // The sender chooses what stands in quotes: "a dmarc=pass "@evil.example is an address.
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, '""')
    .replaceAll(/\([^)]*\)/g, ' ')
    .matchAll(/([a-z.]+)\s*=\s*([^\s;]+)/g)) {
    if (name === 'spf' || name === 'dkim' || name === 'dmarc') {
      latest = { method: name, value }
      // Several signatures: one that passes is enough. DMARC is one verdict: what failed stays failed.
      const final = name === 'dmarc' ? ['fail', 'pass'] : ['pass']
      if (!final.includes(results[name] ?? '') || (name === 'dmarc' && value === 'fail'))
        results[name] = value
    } else if (latest.value === 'pass' && IDENTITIES.has(`${latest.method} ${name}`)) {
      aligned ||= speaksFor(value.split('@').at(-1) ?? '', from)
    } else if (latest.method === 'dmarc' && name === 'header.from' && !isDomainOf(value, from)) {
      // It judged another From than the one we read.
      results['dmarc'] = 'fail'
    }
  }
  if (Object.keys(results).length === 0) return null
  return { spf: results['spf'], dkim: results['dkim'], dmarc: results['dmarc'], aligned }
}

const IDENTITIES = new Set(['dkim header.d', 'dkim header.i', 'spf smtp.mailfrom'])

function isDomainOf(domain: string, from: string): boolean {
  return (
    from.split('@').at(-1) ===
    domain
      .replaceAll(/^[<]|[>.]$/g, '')
      .split('@')
      .at(-1)
  )
}

/**
 * The results that our own mail server wrote on top of a mail; null when the first such header is somebody else's.
 * A header below it is the sender's own word, whatever server it names (RFC 8601 §5).
 */
export function trustedResults(
  headers: readonly { readonly key: string; readonly value: string }[],
  trustedServers: readonly string[],
): string | null {
  const first = headers.find(({ key }) => key === 'authentication-results')
  const server = first?.value
    .replaceAll(/\([^)]*\)/g, ' ')
    .trim()
    .split(/[\s;]/, 1)[0]
    ?.toLowerCase()
  return first && server !== undefined && trustedServers.includes(server)
    ? first.value.slice(first.value.indexOf(';') + 1)
    : null
}

export type Trust =
  | { readonly trust: 'verified'; readonly customerId: string }
  | { readonly trust: 'unverified'; readonly customerId: null; readonly reason: string }

/**
 * Who wrote: a verified contact of exactly one account (or of the account whose thread is continued), and nothing
 * speaks against it. Without any authentication a sandbox believes the address, a live organisation does not.
 */
export function judgeSender(facts: {
  /** Accounts that have this address as a verified contact. */
  readonly customerIds: readonly string[]
  /** Account of the mail of ours that is answered. */
  readonly threadCustomerId: string | null
  readonly verdict: 'pass' | 'fail' | 'none'
  readonly mode: 'live' | 'sandbox'
}): Trust {
  const stranger = (reason: string): Trust => ({ trust: 'unverified', customerId: null, reason })
  if (facts.customerIds.length === 0) return stranger('the address is no verified contact')
  if (facts.verdict === 'fail') return stranger('SPF, DKIM or DMARC failed')
  if (facts.verdict === 'none' && facts.mode === 'live')
    return stranger('nothing proves that the address wrote it')
  const [only, ...others] = facts.customerIds
  if (only !== undefined && others.length === 0) return { trust: 'verified', customerId: only }
  if (facts.threadCustomerId !== null && facts.customerIds.includes(facts.threadCustomerId))
    return { trust: 'verified', customerId: facts.threadCustomerId }
  return stranger('the address is a contact of several accounts')
}
