import { sql } from 'drizzle-orm'
import type { Database } from '#db/connect.ts'
import { scopeAt, type Scope, type System } from '#db/context.ts'
import { organizations } from '#db/schema/tenancy.ts'
import { openCheckpoints } from '#graph/checkpoints.ts'
import { decideCase } from '#graph/decide.ts'
import type { RunDeps } from '#graph/nodes.ts'
import { runTrigger } from '#graph/run.ts'
import { GraphState } from '#graph/state.ts'
import { threadLocks } from '#graph/thread-locks.ts'
import { timeDrain } from './drain.ts'
import { percentile, type BenchResult } from './result.ts'

const P50_LIMIT_MS = 15
const RULES_LIMIT_MS = 1
const DRAIN_PER_SECOND = 50
/** A server has answered before: its code is compiled. */
const WARM_UP = 150
const QUESTION = 'Please explain the line items on my latest invoice.'
const REFUND = 'I want my money back for February. Refund it now.'

/**
 * Measures one supervised decision without a model (DESIGN §7): trigger row → state → graph with durable checkpoints →
 * act or queue item → stored run; the offline rules alone; and one bare durable commit for comparison.
 */
export async function benchDecide(
  system: System,
  database: Database,
  options: {
    runs?: number
    warmUp?: number
    triggers?: number
    redisUrl?: string | undefined
  } = {},
): Promise<BenchResult[]> {
  const { runs = 100, warmUp = WARM_UP, triggers = 1_000, redisUrl } = options
  const deps: RunDeps = {
    model: null,
    checkpointer: await openCheckpoints(database),
    locks: threadLocks(database),
    publicUrl: 'http://localhost',
  }
  const scope = await mailOrg(system, runs + warmUp)
  const cpu = process.cpuUsage()
  const answered = await timeRuns(scope, deps, 'answer', { runs, warmUp })
  const spent = process.cpuUsage(cpu)
  const cpuMs = (spent.user + spent.system) / 1_000 / (runs + warmUp)
  const queued = await timeRuns(scope, deps, 'queue', { runs, warmUp })
  const rules = await timeRules(2_000)
  const commits = await timeCommits(scope, runs)
  const drained = await drains(system, deps, triggers, redisUrl)
  return [
    line('supervised run that goes to a person, p50', percentile(queued, 0.5), P50_LIMIT_MS),
    line('supervised run that answers by mail, p50', percentile(answered, 0.5), P50_LIMIT_MS),
    compared('supervised run that answers by mail, p99', percentile(answered, 0.99)),
    line('offline rules alone, p99', percentile(rules, 0.99), RULES_LIMIT_MS),
    compared('one bare durable commit, p50', percentile(commits, 0.5)),
    compared('processor time of the process, a run that answers', cpuMs),
    ...drained,
  ]
}

/** Triggers that wait in the outbox, worked off by this process: by itself, and through Redis where there is one. */
async function drains(
  system: System,
  deps: RunDeps,
  triggers: number,
  redisUrl: string | undefined,
): Promise<BenchResult[]> {
  const ways = [undefined, ...(redisUrl === undefined ? [] : [redisUrl])]
  const results: BenchResult[] = []
  for (const way of ways) {
    const scope = await mailOrg(system, triggers)
    const refs = Array.from({ length: triggers }, (_, index) => `answer_${index + 1}`)
    const seconds = await timeDrain(system, scope, { deps, refs, redisUrl: way })
    const value = triggers / seconds
    results.push({
      what: `${triggers} triggers drained ${way === undefined ? 'in process' : 'through BullMQ'}`,
      value,
      unit: 'runs/s',
      limit: DRAIN_PER_SECOND,
      ratio: value / DRAIN_PER_SECOND,
      goal: `≥ ${DRAIN_PER_SECOND}/s`,
      holds: value >= DRAIN_PER_SECOND,
    })
  }
  return results
}

function line(what: string, value: number, limit: number): BenchResult {
  const goal = `< ${limit} ms`
  return { what, value, unit: 'ms', limit, ratio: value / limit, goal, holds: value < limit }
}

function compared(what: string, value: number): BenchResult {
  const limit = P50_LIMIT_MS
  return { what, value, unit: 'ms', limit, ratio: value / limit, goal: null, holds: null }
}

/** Accounts with a verified contact and two mails each: the loop guard lets one account run twice in ten minutes. */
async function mailOrg(system: System, accounts: number): Promise<Scope> {
  const orgId = system.newId('org')
  const now = system.clock.now()
  await system.db.insert(organizations).values({
    id: orgId,
    name: 'Bench GmbH',
    country: 'DE',
    timeZone: 'Europe/Berlin',
    currency: 'EUR',
    mode: 'sandbox',
    clockAt: now,
    settings: {},
    createdAt: now,
  })
  const scope = scopeAt(system, orgId, { kind: 'system', id: 'bench' }, now)
  const at = now.toString()
  await scope.transact(async ({ db }) => {
    await db.execute(sql`
      insert into customers (org_id, id, name, currency, country, address, time_zone, locale, tax_id_status,
        tax_exempt, audience, status, collection, manual_hold, created_at)
      select ${orgId}, n::text, 'Customer ' || n, 'EUR', 'DE', '{}', 'Europe/Berlin', 'en', 'none', false, 'b2b',
        'active', 'card', false, ${at}::timestamptz from generate_series(1, ${accounts}::int) n`)
    await db.execute(sql`
      insert into contacts (org_id, id, customer_id, email, name, role, verified_at, created_at)
      select ${orgId}, 'con_' || n, n::text, 'ada@c' || n || '.example', 'Ada', 'billing', ${at}::timestamptz,
        ${at}::timestamptz from generate_series(1, ${accounts}::int) n`)
    await db.execute(sql`
      insert into threads (org_id, id, customer_id, subject, automated_replies, created_at)
      select ${orgId}, kind || '_' || n, n::text, 'Invoice', 0, ${at}::timestamptz
      from generate_series(1, ${accounts}::int) n, unnest(array['answer', 'queue']) kind`)
    await db.execute(sql`
      insert into messages (org_id, id, thread_id, customer_id, direction, key, message_id, "from", "to", subject, text,
        trust, purpose, status, headers, created_at)
      select ${orgId}, kind || '_' || n, kind || '_' || n, n::text, 'in', kind || '_' || n, '<' || kind || n || '@x>',
        'ada@c' || n || '.example', 'billing@acme.example', 'Invoice',
        case kind when 'answer' then ${QUESTION} else ${REFUND} end, 'verified', 'query', 'received', '{}',
        ${at}::timestamptz
      from generate_series(1, ${accounts}::int) n, unnest(array['answer', 'queue']) kind`)
  })
  return scope
}

async function timeRuns(
  scope: Scope,
  deps: RunDeps,
  kind: 'answer' | 'queue',
  { runs, warmUp }: { readonly runs: number; readonly warmUp: number },
): Promise<number[]> {
  const times: number[] = []
  for (let account = 1; account <= runs + warmUp; account += 1) {
    const started = performance.now()
    await runTrigger(scope, deps, { type: 'customer_query', ref: `${kind}_${account}` })
    if (account > warmUp) times.push(performance.now() - started)
  }
  return times
}

async function timeRules(times: number): Promise<number[]> {
  const measured: number[] = []
  for (let index = 0; index < times; index += 1) {
    const state = GraphState.parse({
      userId: '1',
      workflowId: 'w',
      billingStatus: 'active',
      sender: { trust: 'verified' },
      trigger: {
        type: 'customer_query',
        payload: {
          messageId: 'm',
          from: 'ada@x.example',
          subject: `Invoice ${index}`,
          text: index % 2 === 0 ? QUESTION : REFUND,
          receivedAt: '2026-03-01T00:00:00Z',
        },
      },
    })
    const started = performance.now()
    await decideCase(state)
    measured.push(performance.now() - started)
  }
  return measured.slice(times / 10)
}

async function timeCommits(scope: Scope, times: number): Promise<number[]> {
  const measured: number[] = []
  for (let index = 0; index < times; index += 1) {
    const started = performance.now()
    await scope.transact(({ db, orgId, newId, now }) =>
      db.execute(sql`insert into threads (org_id, id, subject, automated_replies, created_at)
        values (${orgId}, ${newId('thr')}, 'bench', 0, ${now.toString()}::timestamptz)`),
    )
    measured.push(performance.now() - started)
  }
  return measured
}
