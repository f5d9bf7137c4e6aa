import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ACCOUNT_TRANSITIONS, decideStatus, type AccountStatus } from './rules.ts'
import { judgeTaxId, normalizeTaxId } from './tax-id.ts'

const STATES: readonly AccountStatus[] = ['trial', 'active', 'past_due', 'suspended', 'churned']

describe('the account lifecycle (C2)', () => {
  it.each([
    ['trial', 'active', 'move'],
    ['trial', 'suspended', 'refused'],
    ['active', 'past_due', 'move'],
    ['active', 'trial', 'refused'],
    ['past_due', 'active', 'move'],
    ['past_due', 'suspended', 'move'],
    ['suspended', 'active', 'move'],
    ['suspended', 'past_due', 'move'],
    ['suspended', 'churned', 'move'],
    ['churned', 'active', 'move'],
    ['churned', 'past_due', 'refused'],
    ['churned', 'suspended', 'refused'],
    ['active', 'active', 'already_there'],
  ] as const)('from %s to %s: %s', (from, to, kind) => {
    expect(decideStatus(from, to).kind).toBe(kind)
  })

  it('moves only along the table, and never back to trial', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STATES), fc.constantFrom(...STATES), (from, to) => {
        const moves = decideStatus(from, to).kind === 'move'
        expect(moves).toBe(from !== to && ACCOUNT_TRANSITIONS[from].includes(to))
        expect(moves && to === 'trial').toBe(false)
      }),
    )
  })
})

describe('tax IDs', () => {
  it.each([
    ['DE 136 695 976', 'DE136695976', 'pending'],
    ['DE136695977', 'DE136695977', 'invalid'],
    ['DE12', 'DE12', 'invalid'],
    ['ATU13585627', 'ATU13585627', 'pending'],
    ['GR 094259216', 'EL094259216', 'pending'],
    ['NL004495445B01', 'NL004495445B01', 'pending'],
    // Northern Ireland: a British checksum under XI.
    ['XI 434 0317 80', 'XI434031780', 'invalid'],
    ['XI 980 7806 84', 'XI980780684', 'pending'],
    // Beyond the EU nothing is judged.
    ['CHE-107.787.577 IVA', 'CHE107787577IVA', 'pending'],
    ['12-3456789', '123456789', 'pending'],
  ])('%s is %s: %s', (text, normalized, status) => {
    expect(normalizeTaxId(text)).toBe(normalized)
    expect(judgeTaxId(normalized)).toBe(status)
  })
})
