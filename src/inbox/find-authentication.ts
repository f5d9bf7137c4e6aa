import type { AuthenticationOptions, ReceivedMail } from '#src/gateways/mailer/authenticate-mail.ts'
import type { OrgSettings } from '#src/tenancy/shapes.ts'
import type { ParsedMail } from './parsed-mail.ts'
import { readAuthenticationResults, trustedResults, type Authentication } from './trust.ts'

/** Checks a mail by DNS; handed in, so that a test is its own DNS. */
export type Authenticate = (
  mail: ReceivedMail,
  options: AuthenticationOptions,
) => Promise<Authentication>

/**
 * What is known of a mail's sender, from the first that says anything: what whoever hands it over found; what a mail
 * server of ours wrote on top of it; our own look at its signatures. What a mail says of itself is not read.
 */
export async function findAuthentication(
  mail: {
    readonly raw: Uint8Array
    readonly parsed: ParsedMail
    readonly given: Authentication | string | null | undefined
    /** The connection that brought it, where we saw it ourselves. */
    readonly connection?: Omit<ReceivedMail, 'raw'> | undefined
  },
  settings: OrgSettings['mail'],
  authenticate: Authenticate | undefined,
): Promise<Authentication | null> {
  const { parsed, given } = mail
  if (given !== null && given !== undefined)
    return typeof given === 'string' ? readAuthenticationResults(given, parsed.from) : given
  const written = trustedResults(parsed.headers, settings.trustedServers)
  if (written !== null) return readAuthenticationResults(written, parsed.from)
  // Nobody's mail is worth a question to DNS when its sender cannot be a contact.
  const provable = mail.connection !== undefined || SIGNATURES.some((name) => has(parsed, name))
  if (!authenticate || !provable || parsed.from === '') return null
  return authenticate(
    { raw: mail.raw, ...mail.connection },
    { trustedSealers: settings.trustedSealers },
  )
}

const SIGNATURES = ['dkim-signature', 'arc-seal']

function has(parsed: ParsedMail, name: string): boolean {
  return parsed.headers.some(({ key }) => key === name)
}
