import { addressParser, decodeWords } from 'postal-mime'
import { mailAddress } from './mail-address.ts'

const MAX_FROM_CHARACTERS = 2000

/**
 * The one address of the one From header; "" for none, for several of either (forgeries hide there), and for a
 * header that readers and servers could take for different addresses: comments, quoted local parts, groups.
 * Sender and Reply-To are never read: nobody is trusted or answered for them.
 */
export function soleSender(
  headers: readonly { readonly key: string; readonly value: string }[],
): string {
  const [field, ...others] = headers.filter(({ key }) => key === 'from')
  if (!field || others.length > 0 || field.value.length > MAX_FROM_CHARACTERS) return ''
  // A name may be anything; what is left must be one address, in angles or bare.
  const unnamed = field.value.replaceAll(/"(?:[^"\\]|\\.)*"(?!\s*@)/g, ' ').trim()
  const angled = /^[^<>@,;:"()]*<([^<>\s,;:"()]+)>$/.exec(unnamed)?.[1]
  const written = angled ?? (/^[^<>\s,;:"()]+$/.test(unnamed) ? unnamed : '')
  const address = mailAddress(written)
  const read = addressParser(decodeWords(field.value), { flatten: true })
  const agreed = read.length === 1 && mailAddress(read[0]?.address ?? '') === address
  return agreed ? address : ''
}
