import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from './canonical.ts'
import { Temporal } from './time.ts'

describe('canonical JSON', () => {
  it('says what JSON.stringify says, in the order of the keys', () => {
    const values = fc.anything({ withBigInt: true, maxDepth: 4, withNullPrototype: true })
    fc.assert(
      fc.property(values, (value) => {
        const text = canonicalJson(value)
        const plain = JSON.stringify(value, (_key, item: unknown) =>
          typeof item === 'bigint' ? item.toString() : item,
        )
        expect(JSON.parse(text)).toEqual(JSON.parse(plain ?? 'null'))
        expect(canonicalJson(JSON.parse(text))).toBe(text)
      }),
    )
    expect(canonicalJson({ 10: 1, a: 2, '': 3, 9: 4 })).toBe('{"":3,"10":1,"9":4,"a":2}')
  })

  it('does not depend on the order of keys, and writes what has a JSON form of its own in it', () => {
    const at = Temporal.Instant.from('2026-02-01T00:00:00Z')
    expect(canonicalJson({ b: [1n, undefined], a: { d: at, c: undefined } })).toBe(
      '{"a":{"d":"2026-02-01T00:00:00Z"},"b":["1",null]}',
    )
    expect(canonicalJson({ a: 1, b: 2 })).toBe(canonicalJson({ b: 2, a: 1 }))
  })
})
