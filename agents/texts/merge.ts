import type { Facts } from '#src/approvals/gate-text.ts'
import type { Language } from '../tools/language.ts'
import { compose, PHRASEBOOKS } from './compose.ts'
import type { Template, Want } from './keys.ts'

/** Longer first or last paragraphs say more than hello or goodbye. */
const LONGEST_SALUTATION = 120

/**
 * One mail of several drafts, in their order: one greeting, one signature, thanks once, the first one's subject. Where
 * a want has no answer, the mail says that a person gives it.
 */
export function mergeDrafts(
  language: Language,
  drafts: readonly [Template, ...Template[]],
  hasUnanswered: boolean,
): Template {
  const book = PHRASEBOOKS[language]
  const bodies = drafts.map(({ text }, index) => {
    const body = withoutSalutation(text)
    return index === 0 ? body : withoutThanks(body, book.thanks)
  })
  const more = hasUnanswered ? [book.besides.person] : []
  return {
    subject: drafts[0].subject,
    text: [book.greeting, ...bodies, ...more, book.closing].join('\n\n'),
  }
}

/** A person has the case: the customer hears that, and what else of theirs is seen to. */
export function composeHolding(
  language: Language,
  facts: Facts,
  besides: readonly Want[],
): Template | null {
  const holding = compose(language, ['holding'], facts)
  if (!holding) return null
  const book = PHRASEBOOKS[language]
  const body = [withoutSalutation(holding.text), ...besides.map((want) => book.besides[want])]
  return { ...holding, text: [book.greeting, body.join(' '), book.closing].join('\n\n') }
}

function withoutSalutation(text: string): string {
  const paragraphs = text.trim().split(/\n{2,}/)
  const [first = ''] = paragraphs
  const last = paragraphs.at(-1) ?? ''
  const hasGreeting = first.length <= LONGEST_SALUTATION && first.includes('{{fact:contact.name}}')
  const hasClosing = last.length <= LONGEST_SALUTATION && last.includes('{{fact:seller.name}}')
  const body = paragraphs.slice(hasGreeting ? 1 : 0, hasClosing ? -1 : undefined)
  return body.length === 0 ? text.trim() : body.join('\n\n')
}

function withoutThanks(body: string, thanks: readonly string[]): string {
  const said = thanks.find((sentence) => body.startsWith(sentence))
  return said === undefined ? body : body.slice(said.length).trimStart()
}
