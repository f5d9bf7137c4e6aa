import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { hashOf } from '#src/kernel/canonical.ts'
import { AppError } from '#src/kernel/errors.ts'
import type { AnyCase } from './case.ts'

/** The test half of a suite as it was when it was locked: the hash of each case's content, by its id. */
const Lock = z.record(z.string(), z.string())
type Lock = z.infer<typeof Lock>

/**
 * Refuses a test half that is not the locked one, naming the cases: nobody tunes rules by editing what measures them.
 * @throws conflict
 */
export function requireLockedTests(folder: URL, cases: readonly AnyCase[]): void {
  const locked = readLock(folder)
  const changes = changesOf(locked, lockOf(cases))
  if (changes.length === 0) return
  throw new AppError(
    'conflict',
    `The locked test half has changed: ${changes.join('; ')}. A label that is wrong is mended together with its hash in test.lock.json, with the reason in the commit; new test cases are locked by \`npm run evals -- --lock-new-tests\`.`,
  )
}

/** Adds cases that were never locked; what is locked stays as it is, right or wrong. */
export function lockNewTests(folder: URL, cases: readonly AnyCase[]): string[] {
  const locked = readLock(folder)
  const added = Object.entries(lockOf(cases)).filter(([id]) => !Object.hasOwn(locked, id))
  const all = Object.entries({ ...locked, ...Object.fromEntries(added) })
  const sorted = Object.fromEntries(all.toSorted(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(fileOf(folder), `${JSON.stringify(sorted, null, 2)}\n`)
  return added.map(([id]) => id)
}

/** What stands in the way, in words; none when both are the same. */
function changesOf(locked: Lock, found: Lock): string[] {
  const ids = [...new Set([...Object.keys(locked), ...Object.keys(found)])].toSorted()
  return ids.flatMap((id) => {
    if (locked[id] === found[id]) return []
    if (found[id] === undefined) return [`${id} is gone`]
    return [locked[id] === undefined ? `${id} is new` : `${id} is another`]
  })
}

/** Content hashes of the test cases. Everything in a case counts, its metadata too. */
function lockOf(cases: readonly AnyCase[]): Lock {
  const tests = cases.filter(({ split }) => split === 'test')
  return Object.fromEntries(tests.map((one) => [one.id, hashOf(one).slice(0, 16)]))
}

function readLock(folder: URL): Lock {
  const file = fileOf(folder)
  return existsSync(file) ? Lock.parse(JSON.parse(readFileSync(file, 'utf8'))) : {}
}

function fileOf(folder: URL): URL {
  return new URL('test.lock.json', folder)
}
