import { authenticate } from 'mailauth'

/** A raw mail as it came over SMTP. */
export interface ReceivedMail {
  readonly raw: Uint8Array
  readonly ip: string
  readonly helo: string
  /** Envelope sender; empty for bounces. */
  readonly sender: string
}

/** Results in the words of RFC 8601; `aligned`: a passing SPF or DKIM speaks for the domain in From. */
export interface MailAuthentication {
  readonly spf: string
  readonly dkim: string
  readonly dmarc: string
  readonly aligned: boolean
}

export type Resolver = (domain: string, type: string) => Promise<string[][] | string[]>

const PATIENCE_MILLISECONDS = 8_000

/**
 * Checks SPF, DKIM and DMARC by DNS. Where DNS does not answer in time nothing is proven: `none` throughout, which
 * is not a pass anywhere.
 */
export async function authenticateMail(
  mail: ReceivedMail,
  resolver?: Resolver,
): Promise<MailAuthentication> {
  const nothing: MailAuthentication = { spf: 'none', dkim: 'none', dmarc: 'none', aligned: false }
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<MailAuthentication>((resolve) => {
    timer = setTimeout(() => resolve(nothing), PATIENCE_MILLISECONDS)
  })
  try {
    return await Promise.race([check(mail, resolver), patience])
  } catch {
    return nothing
  } finally {
    clearTimeout(timer)
  }
}

async function check(mail: ReceivedMail, resolver?: Resolver): Promise<MailAuthentication> {
  const checked = await authenticate(Buffer.from(mail.raw), {
    ip: mail.ip,
    helo: mail.helo,
    sender: mail.sender,
    disableArc: true,
    disableBimi: true,
    ...(resolver ? { resolver } : {}),
  })
  const signatures = checked.dkim.results
  const spf = checked.spf === false ? 'none' : checked.spf.status.result
  const dmarc = checked.dmarc === false ? 'none' : checked.dmarc.status.result
  const passing = signatures.filter(({ status }) => status.result === 'pass')
  const alignedSignature = passing.some(({ status }) => Boolean(status.aligned))
  return {
    spf,
    dkim: passing.length > 0 ? 'pass' : (signatures[0]?.status.result ?? 'none'),
    dmarc,
    // DMARC is what compares the SPF domain with From; without a policy only an aligned signature is proof.
    aligned: dmarc === 'pass' || alignedSignature,
  }
}
