import { describe, expect, it } from 'vitest'
import { expand } from './expand.ts'

describe('a pattern of the corpus', () => {
  it('is written out in all its forms, up to the limit', () => {
    expect(expand('(a|b) c', 9, 1).toSorted()).toEqual(['a c', 'b c'])
    expect(expand('(please|) send it', 9, 1).toSorted()).toEqual(['please send it', 'send it'])
    expect(expand('(1|2|3)(4|5|6)', 4, 1)).toHaveLength(4)
  })

  it('gives the same texts for the same seed', () => {
    const pattern = '(a|b|c) (d|e|f) (g|h|i)'
    expect(expand(pattern, 5, 7)).toEqual(expand(pattern, 5, 7))
    expect(expand(pattern, 5, 7)).not.toEqual(expand(pattern, 5, 8))
  })

  it('leaves no gaps where an alternative is nothing', () => {
    expect(expand('pay (|it) ?', 9, 1).toSorted()).toEqual(['pay it?', 'pay?'])
  })
})
