import { randomBytes } from 'node:crypto'
import { connect } from '#db/connect.ts'
import { scopeAt, type Scope, type System } from '#db/context.ts'
import { idSource } from '#src/kernel/ids.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { runBilling } from '../run-billing.ts'

// A process of its own that bills a period and is killed in the middle, as kill -9 would: URL NOW CHUNK_SIZE STOP.
// STOP "before 5" kills it in its fifth transaction, when all is written and nothing committed; "after 5" right after
// the commit, before anybody hears of it; "never" lets it end.

const [url = '', now = '', chunkSize = '', stop = 'never'] = process.argv.slice(2)
const [when, nth] = stop.split(' ')

/** The same scope, in which the process dies around its nth transaction. */
function dying(scope: Scope): Scope {
  let begun = 0
  return {
    ...scope,
    transact: async (work) => {
      begun += 1
      const own = begun
      const die = (moment: string) => {
        if (when === moment && own === Number(nth)) process.kill(process.pid, 'SIGKILL')
      }
      const result = await scope.transact(async (ctx) => {
        const written = await work(ctx)
        die('before')
        return written
      })
      die('after')
      return result
    },
  }
}

const database = await connect({ url, poolSize: 4 })
const at = parseInstant(now)
const system: System = {
  db: database.db,
  clock: { now: () => at },
  newId: idSource(
    () => at.epochMilliseconds,
    (size) => randomBytes(size),
  ),
}
const scope = scopeAt(system, 'org_test', { kind: 'system', id: 'test' }, at)
await runBilling(dying(scope), {
  period: '2026-02',
  chunkSize: Number(chunkSize),
  concurrency: 2,
})
await database.close()
