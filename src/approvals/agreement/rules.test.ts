import { describe, expect, it } from 'vitest'
import { agreementOf, cohensKappa, labelAgreement, labelsOf } from './rules.ts'

const times = <T>(n: number, value: T): T[] => Array.from({ length: n }, () => value)
const pair = (live: string, shadowed: string) => ({
  live: live.split('+'),
  shadowed: shadowed.split('+'),
})

describe('agreement', () => {
  it('is measured with what it may well be', () => {
    expect(agreementOf(0, 0)).toEqual({ n: 0, agreed: 0, share: null, interval: [0, 1] })
    const { share, interval } = agreementOf(45, 50)
    expect(share).toBe(0.9)
    expect(interval[0]).toBeCloseTo(0.7864, 3)
    expect(interval[1]).toBeCloseTo(0.9565, 3)
  })

  it('beyond chance is Cohen’s kappa: his textbook case, chance itself, and nothing to tell', () => {
    const textbook: [string, string][] = [
      ...times<[string, string]>(20, ['yes', 'yes']),
      ...times<[string, string]>(5, ['yes', 'no']),
      ...times<[string, string]>(10, ['no', 'yes']),
      ...times<[string, string]>(15, ['no', 'no']),
    ]
    expect(cohensKappa(textbook)).toBeCloseTo(0.4, 10)
    expect(cohensKappa([...textbook.slice(0, 1), ['no', 'no']])).toBe(1)
    expect(
      cohensKappa([
        ['a', 'a'],
        ['a', 'b'],
        ['b', 'a'],
        ['b', 'b'],
      ]),
    ).toBe(0)
    expect(cohensKappa(times<[string, string]>(9, ['a', 'a']))).toBeNull()
    expect(cohensKappa([])).toBeNull()
  })

  it('on a kind counts the answers in which either side proposed it', () => {
    const pairs = [
      pair('send_reply', 'send_reply'),
      pair('attach_invoice+send_reply', 'send_reply'),
      pair('ask_back', 'ask_back'),
      pair('ask_back', 'invalid'),
    ]
    expect(labelsOf(pairs)).toEqual(['ask_back', 'attach_invoice', 'invalid', 'send_reply'])
    expect(labelAgreement(pairs, 'send_reply')).toMatchObject({ n: 2, agreed: 2, kappa: 1 })
    expect(labelAgreement(pairs, 'attach_invoice')).toMatchObject({ n: 1, agreed: 0, kappa: 0 })
    expect(labelAgreement(pairs, 'ask_back')).toMatchObject({ n: 2, agreed: 1, kappa: 0.5 })
  })
})
