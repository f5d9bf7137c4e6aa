import { describe, expect, it } from 'vitest'
import { matchNames } from './name-match.ts'
import { isInVies, judgeTaxId, normalizeTaxId } from './tax-id.ts'

describe('a VAT ID by format and checksum', () => {
  it.each([
    ['DE 811 907 980', 'pending', true],
    ['DE811907981', 'invalid', true],
    ['FR83404833048', 'pending', true],
    ['FR00000000001', 'invalid', true],
    ['ATU13585627', 'pending', true],
    ['GR094259216', 'pending', true],
    ['EL094259217', 'invalid', true],
    ['XI980780684', 'pending', true],
    ['XI980780685', 'invalid', true],
    ['GB980780684', 'pending', false],
    ['GB980780685', 'invalid', false],
    ['CHE-116.281.710 MWST', 'pending', false],
    ['CHE-116.281.711 MWST', 'invalid', false],
    ['NO974760673', 'pending', false],
    ['NO974760674', 'invalid', false],
    ['12-3456789', 'pending', false],
    ['AU51824753556', 'pending', false],
  ])('%s is %s', (text, status, inVies) => {
    const taxId = normalizeTaxId(text)
    expect([judgeTaxId(taxId), isInVies(taxId)]).toEqual([status, inVies])
  })
})

describe('a registered name beside the one on file', () => {
  it.each([
    ['Lumière SAS', 'LUMIERE', 'match'],
    ['Nordlicht Software GmbH', 'NORDLICHT SOFTWARE GMBH HAMBURG', 'match'],
    ['Straße & Söhne', 'STRASSE SOEHNE', 'differs'],
    ['Straße und Partner', 'STRASSE UND PARTNER S.A.', 'match'],
    ['Acme Ltd', 'OTHER LIMITED', 'differs'],
    ['GmbH', 'NORDLICHT', 'differs'],
    ['Acme', null, 'not_disclosed'],
  ] as const)('%s, %s: %s', (onFile, registered, expected) => {
    expect(matchNames(onFile, registered)).toBe(expected)
  })
})
