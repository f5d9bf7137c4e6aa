import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { connect } from '#db/connect.ts'
import { scopeAt, type Scope, type System } from '#db/context.ts'
import { idSource } from '#src/kernel/ids.ts'
import { parseInstant } from '#src/kernel/time.ts'
import { openCheckpoints } from '../checkpoints.ts'
import type { Node, Nodes } from '../nodes.ts'
import { resumeRun, runTrigger } from '../run.ts'
import { threadLocks } from '../thread-locks.ts'
import { NODES } from '../wiring.ts'

// A process of its own that works on one run and is killed in the middle, as kill -9 would: URL NOW WORK STOP.
// STOP "before act" kills it when the node begins; "within act 1" in the node's first transaction, when all is written
// and nothing committed; "after act" when the node has done its work and no checkpoint knows; "before end" when the
// graph has come to its end and the run's row does not know.

const Work = z.union([
  z.object({
    type: z.enum(['stripe_event', 'customer_query', 'usage_anomaly']),
    ref: z.string(),
  }),
  z.object({ escalationId: z.string() }),
])

const [url = '', now = '', work = '', stop = ''] = process.argv.slice(2)
const [moment, place, nth = '1'] = stop.split(' ')
const die = () => process.kill(process.pid, 'SIGKILL')

const at = { node: '', transactions: 0 }

function dying(name: keyof Nodes, node: Node): Node {
  return async (state, context) => {
    Object.assign(at, { node: name, transactions: 0 })
    if (moment === 'before' && place === name) die()
    const change = await node(state, context)
    if (moment === 'after' && place === name) die()
    at.node = 'end'
    return change
  }
}

function dyingScope(scope: Scope): Scope {
  return {
    ...scope,
    transact: (verb) =>
      scope.transact(async (ctx) => {
        if (moment === 'before' && place === at.node && place === 'end') die()
        at.transactions += 1
        const own = at.transactions
        const written = await verb(ctx)
        if (moment === 'within' && place === at.node && own === Number(nth)) die()
        return written
      }),
  }
}

const database = await connect({ url, poolSize: 4 })
const instant = parseInstant(now)
const system: System = {
  db: database.db,
  clock: { now: () => instant },
  newId: idSource(
    () => instant.epochMilliseconds,
    (size) => randomBytes(size),
  ),
}
const scope = dyingScope(scopeAt(system, 'org_test', { kind: 'system', id: 'test' }, instant))
const deps = {
  model: null,
  checkpointer: await openCheckpoints(database),
  locks: threadLocks(database),
  publicUrl: 'https://billing.acme.example',
}
const nodes = Object.fromEntries(
  Object.entries(NODES).map(([name, node]) => [name, dying(name as keyof Nodes, node)]),
) as unknown as Nodes
const todo = Work.parse(JSON.parse(work))
if ('ref' in todo) await runTrigger(scope, deps, todo, nodes)
else await resumeRun(scope, deps, todo, nodes)
await database.close()
