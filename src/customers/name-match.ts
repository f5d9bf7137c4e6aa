/** How the name on file stands to the registered one. Shown to people; it decides nothing. */
export type NameMatch = 'match' | 'differs' | 'not_disclosed'

const LEGAL_FORMS = new Set(
  (
    'ab ag aps as asbl bv bvba co company corp doo dooel eeig eirl gbr gmbh inc kft kg kgaa limited llc lda ltd ltda ' +
    'mbh nv ohg oo oy oyj plc pty sa sarl sas sasu sc sca scrl se sia sl slu snc sp spa spol sprl srl sro ug vof zoo'
  ).split(' '),
)

/**
 * Compares names as registers write them: capitals, accents, punctuation and legal forms do not count, and one name
 * may hold more words than the other ("NORDLICHT SOFTWARE" and "Nordlicht Software GmbH, Hamburg").
 */
export function matchNames(onFile: string, registered: string | null): NameMatch {
  if (registered === null) return 'not_disclosed'
  const [ours, theirs] = [words(onFile), words(registered)]
  if (ours.size === 0 || theirs.size === 0) return 'differs'
  const [few, many] = ours.size <= theirs.size ? [ours, theirs] : [theirs, ours]
  return [...few].every((word) => many.has(word)) ? 'match' : 'differs'
}

function words(name: string): Set<string> {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss')
  // "S.A." and "B.V." are one word each.
  const parts = plain.replaceAll('.', '').split(/[^\p{L}\p{N}]+/u)
  return new Set(parts.filter((part) => part !== '' && !LEGAL_FORMS.has(part)))
}
