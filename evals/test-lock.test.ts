import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import type { AnyCase } from './case.ts'
import { lockNewTests, requireLockedTests } from './test-lock.ts'

const folder = mkdtempSync(join(tmpdir(), 'tollkeeper-lock-'))
const url = pathToFileURL(`${folder}/`)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const aCase = (id: string, split: 'dev' | 'test', why: string): AnyCase => ({
  id,
  split,
  channel: 'email',
  metadata: { axes: ['a'], lang: 'en', difficulty: 'easy', provenance: 'own', why },
})

it('refuses a test half that was changed, naming the cases, and leaves dev cases free', () => {
  const first = [aCase('a', 'test', ''), aCase('b', 'test', ''), aCase('c', 'dev', '')]
  expect(() => requireLockedTests(url, first)).toThrow('a is new; b is new')
  expect(lockNewTests(url, first)).toEqual(['a', 'b'])
  requireLockedTests(url, [...first.slice(0, 2), aCase('c', 'dev', 'changed')])
  const changed = [aCase('a', 'test', 'changed'), aCase('d', 'test', '')]
  expect(() => requireLockedTests(url, changed)).toThrow('a is another; b is gone; d is new')
})

it('never locks a changed case anew: what was locked stays', () => {
  const changed = [aCase('a', 'test', 'changed'), aCase('b', 'test', ''), aCase('d', 'test', '')]
  expect(lockNewTests(url, changed)).toEqual(['d'])
  expect(() => requireLockedTests(url, changed)).toThrow(/changed: a is another\./u)
})
