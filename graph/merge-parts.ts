import { mergeDrafts } from '#agents/texts/merge.ts'
import type { Template } from '#agents/texts/keys.ts'
import type { Language } from '#agents/tools/language.ts'
import type { KeyedProposal, Proposal } from '#src/approvals/shapes.ts'
import { hashOf } from '#src/kernel/canonical.ts'
import type { RunState } from './run-state.ts'
import { byUrgency } from './wants.ts'

type Part = RunState['parts'][number]
type Merged = Pick<KeyedProposal, 'author' | 'proposal'>

/** As long as a reply may be; what would be longer is for a person. */
const LONGEST_REPLY = 8_000

/**
 * What several agents propose for one mail, as one: one reply, the most urgent part first, and everything else once.
 * A want that no text answers is named in the reply and goes to a person.
 */
export function mergeParts(parts: readonly Part[], language: Language): Merged[] {
  const ordered = byUrgency(parts).map(({ proposals, verdicts }) => {
    const allowed = proposals.filter((_, index) => verdicts[index]?.verdict !== 'refuse')
    return { draft: allowed.find(({ proposal }) => 'text' in proposal), allowed }
  })
  const drafts = ordered.flatMap(({ draft }) => draft ?? [])
  const unanswered = ordered.filter(({ draft }) => !draft)
  const others = ordered.flatMap(({ allowed }) =>
    allowed.filter(({ proposal }) => !('text' in proposal)),
  )
  const handsOver = others.some(({ proposal }) => proposal.kind === 'escalate')
  return [
    ...replyOf(drafts, language, unanswered.length > 0),
    ...once(others).map(({ author, proposal }) => ({ author, proposal })),
    ...(unanswered.length > 0 && !handsOver
      ? [byRules({ kind: 'escalate', reason: 'Not every want of the mail could be answered.' })]
      : []),
  ]
}

function replyOf(
  drafts: readonly KeyedProposal[],
  language: Language,
  hasUnanswered: boolean,
): Merged[] {
  const texts = drafts.flatMap(({ proposal }): Template[] =>
    'text' in proposal ? [{ subject: proposal.subject, text: proposal.text }] : [],
  )
  const [first] = texts
  if (!first) return []
  const merged = mergeDrafts(language, [first, ...texts.slice(1)], hasUnanswered)
  if (merged.text.length > LONGEST_REPLY)
    return [byRules({ kind: 'escalate', reason: 'The answer to every want is too long a mail.' })]
  const asksOnly = drafts.every(({ proposal }) => proposal.kind === 'ask_back')
  const author = drafts.some((draft) => draft.author === 'model') ? 'model' : 'rules'
  return [{ author, proposal: { kind: asksOnly ? 'ask_back' : 'send_reply', ...merged } }]
}

function byRules(proposal: Proposal): Merged {
  return { author: 'rules', proposal }
}

/** Two agents may propose the same. */
function once(proposals: readonly KeyedProposal[]): KeyedProposal[] {
  return [...new Map(proposals.map((keyed) => [hashOf(keyed.proposal), keyed])).values()]
}
