import { authenticate } from 'mailauth'
import { isTrustedForward } from './trusted-forward.ts'
import { isWholeSignature } from './whole-signature.ts'

/** A raw mail as it was received. Without `ip` there is no SPF: signatures alone can speak for it. */
export interface ReceivedMail {
  readonly raw: Uint8Array
  readonly ip?: string | undefined
  readonly helo?: string | undefined
  /** Envelope sender; empty for bounces. */
  readonly sender?: string | undefined
}

/** Results in the words of RFC 8601; `aligned`: a passing SPF or DKIM speaks for the domain in From. */
export interface MailAuthentication {
  readonly spf: string
  readonly dkim: string
  readonly dmarc: string
  readonly aligned: boolean
}

/** DNS, as `node:dns` has it: rejects with `code` ENOTFOUND or ENODATA where there is no record. */
type Resolver = (domain: string, type: string) => Promise<string[][] | string[]>

export interface AuthenticationOptions {
  /** Default: the machine's DNS. */
  readonly resolver?: Resolver | undefined
  /** Domains whose ARC seals are believed about what they received and passed on. */
  readonly trustedSealers?: readonly string[] | undefined
}

const PATIENCE_MILLISECONDS = 8_000
const SHORTEST_KEY_BITS = 1024
/** Each signature costs a key from DNS; nobody's mail carries more. */
const MOST_SIGNATURES = 10
const NOTHING: MailAuthentication = { spf: 'none', dkim: 'none', dmarc: 'none', aligned: false }

/**
 * Checks SPF, DKIM, DMARC and ARC by DNS. Where DNS does not answer in time nothing is proven: `none` throughout,
 * which is not a pass anywhere. Never throws.
 */
export async function authenticateMail(
  mail: ReceivedMail,
  options: AuthenticationOptions = {},
): Promise<MailAuthentication> {
  if (signatureCount(mail.raw) > MOST_SIGNATURES) return NOTHING
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<MailAuthentication>((resolve) => {
    timer = setTimeout(() => resolve(NOTHING), PATIENCE_MILLISECONDS)
  })
  try {
    return await Promise.race([check(mail, options), patience])
  } catch {
    return NOTHING
  } finally {
    clearTimeout(timer)
  }
}

async function check(
  mail: ReceivedMail,
  options: AuthenticationOptions,
): Promise<MailAuthentication> {
  const { dkim, spf, dmarc, arc } = await authenticate(Buffer.from(mail.raw), {
    ...(mail.ip === undefined ? {} : { ip: mail.ip, helo: mail.helo ?? '' }),
    sender: mail.sender ?? '',
    minBitLength: SHORTEST_KEY_BITS,
    disableBimi: true,
    ...(options.resolver ? { resolver: options.resolver } : {}),
  })
  const whole = dkim.results.filter((signature) => isWholeSignature(signature, dkim))
  const found = {
    spf: mail.ip === undefined || spf === false ? 'none' : spf.status.result,
    dkim: whole.length > 0 ? 'pass' : strongest(dkim.results.map(({ status }) => status.result)),
  }
  if (isTrustedForward(arc, dkim, options.trustedSealers ?? []))
    return { ...found, dmarc: 'pass', aligned: true }
  const signed = whole.some(({ status }) => Boolean(status.aligned))
  const policy = dmarc === false ? 'none' : dmarc.status.result
  if (policy !== 'pass') {
    // Without a policy an aligned signature proves as much; SPF is compared with From by DMARC alone.
    return { ...found, dmarc: policy, aligned: policy === 'none' && signed }
  }
  const sent = dmarc !== false && Boolean(dmarc.alignment?.spf?.result)
  // DMARC passes also with a signature over a part of the mail: the rest is anybody's.
  return signed || sent
    ? { ...found, dmarc: 'pass', aligned: true }
    : { ...found, dmarc: 'none', aligned: false }
}

/** The result that says most where no signature passes in full. */
function strongest(results: readonly string[]): string {
  return ['fail', 'temperror', 'policy', 'neutral'].find((one) => results.includes(one)) ?? 'none'
}

function signatureCount(raw: Uint8Array): number {
  const text = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString('latin1')
  const end = text.search(/\r?\n\r?\n/)
  return (
    text.slice(0, end === -1 ? undefined : end).match(/^(?:dkim|arc-message)-sig/gim)?.length ?? 0
  )
}
