import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { idSource, pooledBytes } from './ids.ts'

it('cuts a draw of random bytes into pieces that do not overlap, whatever their sizes', () => {
  const draws: Buffer[] = []
  const take = pooledBytes((size) => {
    const drawn = randomBytes(size)
    draws.push(drawn)
    return drawn
  }, 64)
  const taken = [16, 16, 20, 16, 16, 100, 1].map((size) => Buffer.from(take(size)))
  expect(taken.map(({ length }) => length)).toEqual([16, 16, 20, 16, 16, 100, 1])
  const [first, second, third] = draws
  expect(Buffer.concat(taken.slice(0, 3))).toEqual(first?.subarray(0, 52))
  expect(Buffer.concat(taken.slice(3, 5))).toEqual(second?.subarray(0, 32))
  expect(taken[5]).toEqual(third)
})

it('makes no id twice', () => {
  const newId = idSource(() => 1, pooledBytes(randomBytes))
  expect(new Set(Array.from({ length: 10_000 }, () => newId('inv'))).size).toBe(10_000)
})
