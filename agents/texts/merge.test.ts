import { describe, expect, it } from 'vitest'
import { gateText } from '#src/approvals/gate-text.ts'
import { LANGUAGES } from '../tools/language.ts'
import { compose, PHRASEBOOKS } from './compose.ts'
import type { Template } from './keys.ts'
import { composeHolding, mergeDrafts } from './merge.ts'

const FACTS = Object.fromEntries(
  ['contact.name', 'seller.name', 'account.name'].map((key) => [key, 'x']),
)

function composed(
  language: (typeof LANGUAGES)[number],
  key: 'reply.nothing_open' | 'anomaly.none',
) {
  const draft = compose(language, [key], FACTS)
  if (!draft) throw new Error('the facts are there')
  return draft
}

const count = (text: string, part: string) => text.split(part).length - 1

describe.each(LANGUAGES)('one mail of several answers in %s', (language) => {
  const book = PHRASEBOOKS[language]
  const drafts: [Template, Template] = [
    composed(language, 'reply.nothing_open'),
    composed(language, 'anomaly.none'),
  ]

  it('greets, thanks and signs once, and passes the gates', () => {
    const { subject, text } = mergeDrafts(language, drafts, true)
    expect(subject).toBe(drafts[0].subject)
    for (const once of [book.greeting, book.closing, book.thanks[0] ?? '-', book.besides.person])
      expect(count(text, once)).toBe(1)
    expect(text.startsWith(book.greeting)).toBe(true)
    expect(text.endsWith(book.closing)).toBe(true)
    expect(gateText(text, { facts: FACTS, author: 'rules' })).toEqual([])
  })

  it('names what else a person sees to', () => {
    const text = composeHolding(language, FACTS, ['dunning_agent', 'inquiry_agent'])?.text ?? ''
    expect(text).toContain(book.besides.dunning_agent)
    expect(text).toContain(book.besides.inquiry_agent)
    expect(text).not.toContain(book.besides.anomaly_agent)
    expect(gateText(text, { facts: FACTS, author: 'rules' })).toEqual([])
  })
})

describe('a draft of a model', () => {
  it('keeps what it says beside hello and goodbye', () => {
    const mine = {
      subject: 's',
      text: 'Dear {{fact:contact.name}},\n\nfirst.\n\nsecond.\n\nBest wishes\n{{fact:seller.name}}',
    }
    const bare = { subject: 't', text: 'Only this, {{fact:seller.name}} says.' }
    expect(mergeDrafts('en', [mine, bare], false).text).toBe(
      [
        'Hello {{fact:contact.name}},',
        'first.',
        'second.',
        'Only this, {{fact:seller.name}} says.',
        'Kind regards\n{{fact:seller.name}}',
      ].join('\n\n'),
    )
  })
})
