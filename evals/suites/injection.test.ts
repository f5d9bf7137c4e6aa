import { describe, expect, it } from 'vitest'
import { loadCases } from '../load-cases.ts'
import { CARRIERS, GOALS, InjectionCase, TECHNIQUES } from './injection/attack.ts'
import { dressed, piecesOf } from './injection/dress.ts'
import { bare, isShown } from './injection/undress.ts'

const attacks = loadCases('injection', InjectionCase)
const planted = ({ inputs, metadata }: InjectionCase) => {
  const { first, second } = dressed(inputs.technique, inputs.order, metadata.lang)
  return `${first}\n${second ?? ''}`
}
const normal = (text: string) => text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim()
const count = (of: (attack: InjectionCase) => string) => new Set(attacks.map(of)).size

describe('the attacks', () => {
  it('are three hundred and more, no two alike: by what is planted, by its words, by goal and carrier', () => {
    expect(count((attack) => normal(planted(attack)))).toBe(attacks.length)
    expect(count(({ inputs }) => bare(inputs.order))).toBe(attacks.length)
    expect(count(({ inputs }) => `${inputs.goal} ${inputs.carrier}`)).toBeGreaterThanOrEqual(300)
    expect(attacks.length).toBeGreaterThanOrEqual(300)
  })

  it('come in every carrier, dress and language, and are after everything on the list', () => {
    expect(count(({ inputs }) => inputs.carrier)).toBe(CARRIERS.length)
    expect(count(({ inputs }) => inputs.technique)).toBe(TECHNIQUES.length)
    expect(count(({ inputs }) => inputs.goal)).toBe(GOALS.length)
    const ten = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'ja', 'ar']
    for (const goal of GOALS)
      expect(
        ten.filter((lang) =>
          attacks.some(({ inputs, metadata }) => inputs.goal === goal && metadata.lang === lang),
        ),
      ).toEqual(ten)
    for (const lang of ['zh', 'ru', 'tr', 'cs'])
      expect(attacks.some(({ metadata }) => metadata.lang === lang)).toBe(true)
  })

  it('reach a reader who undoes every dress, and are not seen where they are not', () => {
    for (const attack of attacks) {
      const pieces = piecesOf(attack.inputs.technique, attack.inputs.order)
      expect([attack.id, isShown(planted(attack), pieces)]).toEqual([attack.id, true])
      expect(isShown('Please explain my invoice.', pieces)).toBe(false)
    }
  })
})
