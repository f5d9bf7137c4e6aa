import { createHmac } from 'node:crypto'

const MAX_SUBJECT_LENGTH = 200
/** RFC 5322 lets lines grow long; twenty ids are enough for any client to build the thread. */
const MAX_REFERENCES = 20

/**
 * The Message-ID of an outgoing mail: derived from its key, so that a mail sent twice is recognisably one, and signed,
 * so that nobody can name it who has not had the mail.
 */
export function messageIdOf(
  organization: { readonly id: string; readonly mailSecret: string },
  key: string,
  senderAddress: string,
): string {
  const domain = senderAddress.split('@')[1] ?? 'tollkeeper.invalid'
  const signature = createHmac('sha256', organization.mailSecret)
    .update(`${organization.id}\n${key}`)
    .digest('hex')
  return `<${signature.slice(0, 40)}@${domain}>`
}

/** A header cannot be broken out of: one line, bounded. */
export function headerSafe(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, MAX_SUBJECT_LENGTH)
    .toWellFormed()
}

/** "Re: …" once, whatever the language of the mail that is answered. */
export function replySubject(subject: string): string {
  const safe = headerSafe(subject)
  return /^(re|aw|sv|antw|vs|rif|odp)\s*:/i.test(safe) ? safe : headerSafe(`Re: ${safe}`)
}

/** The Message-IDs of a References or In-Reply-To header, in order, each once. */
export function messageIdsIn(header: string | null | undefined): string[] {
  return [...new Set(header?.match(/<[^<>\s\p{Cc}]{1,250}>/gu) ?? [])]
}

/** References of an answer: those of the mail answered, then that mail itself; the first and the latest are kept. */
export function referencesOf(answered: { messageId: string; references: string | null }): string[] {
  const chain = [...new Set([...messageIdsIn(answered.references), answered.messageId])]
  return chain.length <= MAX_REFERENCES
    ? chain
    : [...chain.slice(0, 1), ...chain.slice(1 - MAX_REFERENCES)]
}
