import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { z } from 'zod'
import type { System } from '#db/context.ts'
import { authenticate } from '#src/http/authenticate.ts'
import type { AppEnv } from '#src/http/env.ts'
import { requireRole } from '#src/http/require-role.ts'
import { parseInput } from '#src/kernel/parse.ts'
import { HumanResponses, toEscalationAnswer, toHumanInterrupt } from './agent-inbox.ts'
import { answerEscalation } from './answer-escalation.ts'
import { listEscalations, loadEscalation, type Escalation } from './load-escalation.ts'
import { storedQuestion } from './stored-question.ts'

/** The graph's name, as langgraph.json gives it. */
const GRAPH = 'tollkeeper'
const MOST_THREADS = 1_000

const Search = z.object({
  limit: z.number().int().min(1).max(100).default(10),
  offset: z.number().int().min(0).max(MOST_THREADS).default(0),
  status: z.enum(['idle', 'busy', 'interrupted', 'error']).nullish(),
  metadata: z.looseObject({ graph_id: z.string().optional() }).nullish(),
})
const NewRun = z.object({ command: z.object({ resume: HumanResponses }) })
const NewState = z.object({ values: z.null(), as_node: z.literal('__end__') })

/**
 * As much of a LangGraph server's API as Agent Inbox asks of its deployment, under `/agent-inbox`: the queue as interrupted
 * threads, an answer as a run. The key goes in `X-Api-Key`. Every answer passes the verbs and gates that any other does.
 */
export function inboxServer(system: System): Hono<AppEnv> {
  const app = new Hono<AppEnv>().basePath('/agent-inbox')
  // Its pages are served from elsewhere; a key in a header is no cookie that another page could use.
  app.use('*', cors({ origin: '*', allowHeaders: ['content-type', 'x-api-key', 'authorization'] }))
  app.get('/info', (c) => c.json({ version: GRAPH, flags: { assistants: false, crons: false } }))
  app.use(
    '*',
    authenticate(system, (header) => {
      const key = header('x-api-key')
      return key === undefined ? header('authorization') : `Bearer ${key}`
    }),
  )
  const read = requireRole('escalations', 'read')
  const write = requireRole('escalations', 'write')
  app.post('/threads/search', read, async (c) => {
    const asked = parseInput(Search, await c.req.json().catch(() => ({})))
    const isOurs = (asked.metadata?.graph_id ?? GRAPH) === GRAPH
    if (!isOurs || (asked.status ?? 'interrupted') !== 'interrupted') return c.json([])
    const limit = asked.offset + asked.limit
    const rows = await c
      .get('scope')
      .transact((ctx) => listEscalations(ctx, { statuses: ['open', 'claimed'], limit }))
    return c.json(rows.slice(asked.offset).map(threadOf))
  })
  app.get('/threads/:id', read, async (c) => {
    const id = c.req.param('id')
    return c.json(threadOf(await c.get('scope').transact((ctx) => loadEscalation(ctx, id))))
  })
  app.get('/threads/:id/state', read, async (c) => {
    const id = c.req.param('id')
    return c.json(stateOf(await c.get('scope').transact((ctx) => loadEscalation(ctx, id))))
  })
  app.post('/threads/:id/state', write, async (c) => {
    parseInput(NewState, await c.req.json().catch(() => null))
    const row = await answered(c.get('scope'), c.req.param('id'), [{ type: 'ignore', args: null }])
    return c.json({ checkpoint: checkpointOf(row) })
  })
  const run = async (scope: AppEnv['Variables']['scope'], id: string, body: unknown) =>
    runOf(await answered(scope, id, parseInput(NewRun, body).command.resume))
  app.post('/threads/:id/runs', write, async (c) =>
    c.json(await run(c.get('scope'), c.req.param('id'), await c.req.json().catch(() => null))),
  )
  app.post('/threads/:id/runs/stream', write, async (c) => {
    const { run_id } = await run(
      c.get('scope'),
      c.req.param('id'),
      await c.req.json().catch(() => null),
    )
    const events = `event: metadata\ndata: ${JSON.stringify({ run_id })}\n\nevent: end\ndata: null\n\n`
    return c.body(events, 200, { 'content-type': 'text/event-stream' })
  })
  return app
}

function answered(
  scope: AppEnv['Variables']['scope'],
  id: string,
  responses: HumanResponses,
): Promise<Escalation> {
  return scope.transact(async (ctx) => {
    const question = toHumanInterrupt(storedQuestion(await loadEscalation(ctx, id)))
    return answerEscalation(ctx, { id, answer: toEscalationAnswer(responses, question) })
  })
}

function isWaiting({ status }: Escalation): boolean {
  return status === 'open' || status === 'claimed'
}

function interruptsOf(row: Escalation) {
  return [{ id: row.id, value: [toHumanInterrupt(storedQuestion(row))] }]
}

function valuesOf({ reason, summary, priority, customerId, dueAt, claimedBy }: Escalation) {
  return { reason, summary, priority, customerId, dueAt: dueAt.toString(), claimedBy }
}

function threadOf(row: Escalation) {
  const at = row.createdAt.toString()
  return {
    thread_id: row.id,
    created_at: at,
    updated_at: row.answeredAt?.toString() ?? at,
    metadata: { graph_id: GRAPH },
    config: {},
    status: isWaiting(row) ? 'interrupted' : 'idle',
    values: valuesOf(row),
    interrupts: isWaiting(row) ? { [row.id]: interruptsOf(row) } : {},
  }
}

function checkpointOf({ id }: Escalation) {
  return { thread_id: id, checkpoint_ns: '', checkpoint_id: id }
}

function stateOf(row: Escalation) {
  const waits = isWaiting(row)
  return {
    values: valuesOf(row),
    next: waits ? ['wait_human'] : [],
    checkpoint: checkpointOf(row),
    metadata: {},
    created_at: row.createdAt.toString(),
    parent_checkpoint: null,
    tasks: waits
      ? [{ id: row.id, name: 'wait_human', interrupts: interruptsOf(row), error: null }]
      : [],
  }
}

function runOf(row: Escalation) {
  const at = row.answeredAt?.toString() ?? row.createdAt.toString()
  return {
    run_id: row.runId,
    thread_id: row.id,
    assistant_id: GRAPH,
    status: 'pending',
    metadata: {},
    created_at: at,
    updated_at: at,
  }
}
