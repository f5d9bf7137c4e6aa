import { sha256 } from '#src/kernel/canonical.ts'
import { AppError } from '#src/kernel/errors.ts'
import { isLaborious, outOfBounds } from './mail-bounds.ts'
import { unreadableMail, type ParsedMail } from './parsed-mail.ts'
import { readAside } from './read-aside.ts'
import { readMail } from './read-mail.ts'

const MAX_RAW_BYTES = 10 * 1024 * 1024

/**
 * Reads raw MIME within bounds: what no ordinary program writes is not read at all, and what takes long is read in a
 * thread of its own, which is stopped when it takes too long. Whatever cannot be read becomes a mail without text, for
 * a person to look at.
 * @throws payload_too_large above 10 MB.
 */
export async function parseMail(raw: Uint8Array): Promise<ParsedMail> {
  if (raw.byteLength > MAX_RAW_BYTES)
    throw new AppError('payload_too_large', 'the mail is larger than 10 MB')
  const problem = outOfBounds(raw)
  if (problem !== null) return unreadableMail(sha256(raw), problem)
  return isLaborious(raw) ? readAside(raw) : readMail(raw)
}
