import { describe, expect, it } from 'vitest'
import { creditorReference } from './reference.ts'

/** ISO 11649: the reference turned round, letters as numbers, leaves 1 when divided by 97. */
function isValid(reference: string): boolean {
  const turned = reference.slice(4) + reference.slice(0, 4)
  const digits = turned.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55))
  return BigInt(digits) % 97n === 1n
}

describe('a creditor reference', () => {
  it('reproduces the published example', () => {
    expect(creditorReference('539007547034')).toBe('RF18539007547034')
  })

  it('carries valid check digits for every invoice number', () => {
    for (let number = 1; number <= 2000; number += 1)
      expect(isValid(creditorReference(`INV-2026-02-${number.toString().padStart(4, '0')}`))).toBe(
        true,
      )
  })
})
