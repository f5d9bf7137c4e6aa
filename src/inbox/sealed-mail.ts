const SEALED_TYPES: readonly (readonly [RegExp, string])[] = [
  [/^multipart\/encrypted\b/i, 'it is encrypted (PGP)'],
  [/^application\/(?:x-)?pkcs7-mime\b/i, 'it is encrypted or sealed (S/MIME)'],
]
const ARMOR = /^-----BEGIN PGP (?:MESSAGE|SIGNED MESSAGE)-----$/m
const MESSAGE_ARMOR = /-----BEGIN PGP MESSAGE-----[\s\S]*?(?:-----END PGP MESSAGE-----|$)/g

/** Why a mail cannot be read without a key that we have not; null when it can. */
export function sealedReason(
  contentType: string,
  parts: readonly { readonly type: string }[],
  text: string,
): string | null {
  const types = [contentType, ...parts.map(({ type }) => type)]
  for (const [pattern, reason] of SEALED_TYPES)
    // Beside words that can be read a sealed part is an attachment like any other.
    if (pattern.test(contentType) || (text === '' && types.some((type) => pattern.test(type))))
      return reason
  if (!ARMOR.test(text)) return null
  return text.replaceAll(MESSAGE_ARMOR, '').trim() === '' ? 'it is encrypted (PGP)' : null
}
