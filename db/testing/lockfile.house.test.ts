import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { z } from 'zod'

const lock = z
  .object({
    packages: z.record(
      z.string(),
      z.object({ optionalDependencies: z.record(z.string(), z.string()).optional() }),
    ),
  })
  .parse(JSON.parse(readFileSync('package-lock.json', 'utf8')))

it('the lock file names every optional binary, or `npm ci` refuses it (node .ci/complete-lock.mjs)', () => {
  const known = Object.keys(lock.packages)
  const missing = Object.values(lock.packages)
    .flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
    .filter((name) => !known.some((path) => path.endsWith(`node_modules/${name}`)))
  expect(missing).toEqual([])
})
