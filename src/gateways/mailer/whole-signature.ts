import type { DKIMResult, DKIMVerifyResult } from 'mailauth'

/** What a reader takes for the sender's words beside the body. */
const COVERED = ['from', 'subject']

/**
 * Whether a signature passes and covers the whole body, From and Subject: what it leaves out can be written by
 * whoever passes the mail on.
 */
export function isWholeSignature(signature: DKIMResult, dkim: DKIMVerifyResult): boolean {
  if (signature.status.result !== 'pass' || signature.status.underSized) return false
  const signed = signature.signingHeaders?.headers.map(nameOf) ?? []
  const present = dkim.headers?.parsed.map(({ key }) => key) ?? []
  const count = (names: readonly string[], name: string) =>
    names.filter((one) => one === name).length
  return COVERED.every((name) => count(signed, name) >= count(present, name))
}

function nameOf(line: string): string {
  return line.slice(0, line.indexOf(':')).trim().toLowerCase()
}
