import { describe, expect, it } from 'vitest'
import { gateText } from '#src/approvals/gate-text.ts'
import { LANGUAGES } from '../tools/language.ts'
import { compose, PHRASEBOOKS } from './compose.ts'
import { TEXT_KEYS } from './keys.ts'

const placeholders = (text: string) =>
  [...text.matchAll(/\{\{fact:([a-z0-9_.]+)\}\}/g)].map(([, key = '']) => key).sort()

describe.each(LANGUAGES)('texts in %s', (language) => {
  it.each(TEXT_KEYS)('%s passes the gates a model has to pass', (key) => {
    const { subject, text } = PHRASEBOOKS[language].texts[key]
    const facts = Object.fromEntries(
      [...placeholders(subject + text), 'contact.name', 'seller.name'].map((name) => [name, 'x']),
    )
    if ('invoice.open' in facts) facts['invoice.state'] = 'open'
    const written = compose(language, [key], facts)
    expect(written).not.toBeNull()
    const problems = gateText(`${written?.subject}\n${written?.text}`, {
      facts,
      author: 'model',
      language,
    })
    expect(problems).toEqual([])
  })

  it.each(TEXT_KEYS)('%s states the facts that the English one states', (key) => {
    const own = PHRASEBOOKS[language].texts[key]
    const english = PHRASEBOOKS.en.texts[key]
    expect(placeholders(own.text)).toEqual(placeholders(english.text))
    expect(own.text.includes('{{lines}}')).toBe(english.text.includes('{{lines}}'))
  })
})
