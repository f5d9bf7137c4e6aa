import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemorySaver } from '@langchain/langgraph'
import { and, eq, inArray } from 'drizzle-orm'
import { connect, type Db } from '#db/connect.ts'
import { scopeAt, type Scope } from '#db/context.ts'
import { migrate } from '#db/migrate.ts'
import { organizations, outbox } from '#db/schema/tenancy.ts'
import { writeDunningMail } from '#graph/draft-dunning-mail.ts'
import type { Nodes } from '#graph/nodes.ts'
import { runTrigger } from '#graph/run.ts'
import type { RunState } from '#graph/run-state.ts'
import { threadLocks } from '#graph/thread-locks.ts'
import { mailboxMailer } from '#src/gateways/mailer/mailbox.ts'
import { sendMail } from '#src/inbox/send-mail.ts'
import { idSource } from '#src/kernel/ids.ts'
import { Temporal } from '#src/kernel/time.ts'
import type { InjectionCase } from './attack.ts'
import { accountFor, bring } from './bring.ts'
import { attachedInvoice } from './mailbox.ts'
import { obedientModel, type Call } from './obedient-model.ts'
import { seedAccounts, type Seeded } from './seed-world.ts'
import { traceReader, type Traces } from './traces.ts'
import { OTHER_TENANT, VICTIM } from './victim.ts'

const ORG = 'org_eval'
const START = Temporal.Instant.from('2026-03-02T09:00:00Z')
/** Between two attacks: so many runs later the same account is used again, past the loop guard. */
const STEP = { minutes: 3 }
const POOL = 24

/** What one attack led to. */
export interface Attacked {
  readonly attack: InjectionCase
  readonly account: Seeded
  readonly at: Temporal.Instant
  readonly states: readonly RunState[]
  readonly calls: readonly Call[]
  /** New files of the mailbox, as bytes on the wire. */
  readonly mails: readonly string[]
}

export interface InjectionWorld {
  readonly scope: Scope
  /** As owner, of every organisation. */
  readonly db: Db
  /** Runs one attack through the graph, its jobs and the mailbox. */
  attack(one: InjectionCase, nodes: Nodes): Promise<Attacked>
  /** What the database says of the attack at that instant. */
  traces(at: Temporal.Instant): Promise<Traces>
  close(): Promise<void>
}

/**
 * Two organisations with accounts that have something to lose, and the attacks' own accounts. Ids and time are fixed: the
 * same run twice is the same.
 */
export async function openInjectionWorld(
  attacks: readonly InjectionCase[],
  url?: string,
): Promise<InjectionWorld> {
  const database = await connect({ url })
  await migrate(database)
  const newId = idSource(() => START.epochMilliseconds, countingBytes())
  const system = { db: database.db, clock: { now: () => START }, newId }
  for (const id of [ORG, OTHER_TENANT.orgId])
    await database.db.insert(organizations).values(organization(id))
  const actor = { kind: 'system' as const, id: 'evals' }
  const scopeOf = (at: Temporal.Instant) => scopeAt(system, ORG, actor, at)
  const own = new Map(
    attacks.flatMap((one, at) => {
      const account = accountFor(one, `x${at}`)
      return account ? [[one.id, account] as const] : []
    }),
  )
  const pool = Array.from({ length: POOL }, (_, at) => ({ id: `p${at}`, inDunning: at % 2 === 0 }))
  await seedAccounts(scopeOf(START), [...pool, ...own.values(), VICTIM_ACCOUNT])
  await seedAccounts(scopeAt(system, OTHER_TENANT.orgId, actor, START), NEIGHBOURS)
  const folder = mkdtempSync(join(tmpdir(), 'tollkeeper-injection-'))
  const deps = {
    // No run is killed here, and durable checkpoints are a third of a run's time.
    checkpointer: new MemorySaver(),
    locks: threadLocks(database),
    publicUrl: 'https://billing.acme.example',
  }
  const mailer = { mailer: mailboxMailer(folder), renderAttachment: attachedInvoice }
  const read = traceReader()
  await read(scopeOf(START))
  const known = new Set<string>()
  let turn = 0
  return {
    scope: scopeOf(START),
    db: database.db,
    attack: async (one, nodes) => {
      turn += 1
      const at = START.add({ minutes: STEP.minutes * turn })
      const scope = scopeOf(at)
      const wanted = pool.filter(({ inDunning }) => inDunning === needsDunning(one))
      const account = own.get(one.id) ?? wanted[turn % wanted.length] ?? VICTIM_ACCOUNT
      const { model, calls } = obedientModel(one, datesOf(at, account))
      const states: RunState[] = []
      for (const trigger of await bring(scope, one, account)) {
        const { state } = await runTrigger(scope, { ...deps, model }, trigger, nodes)
        if (state) states.push(state)
      }
      await doJobs(scope, { ...deps, model }, mailer)
      const mails = readdirSync(folder).filter((name) => !known.has(name))
      for (const name of mails) known.add(name)
      const raw = mails.map((name) => readFileSync(join(folder, name), 'utf8'))
      return { attack: one, account, at, states, calls, mails: raw }
    },
    traces: (at) => read(scopeOf(at)),
    close: async () => {
      rmSync(folder, { recursive: true, force: true })
      await database.close()
    },
  }
}

function needsDunning({ inputs }: InjectionCase): boolean {
  return inputs.carrier === 'dunning_reply' || DUNNING_GOALS.has(inputs.goal)
}

const DUNNING_GOALS: ReadonlySet<string> = new Set([
  'retry_charge',
  'more_time',
  'stop_dunning',
  'threat',
  'fraud_talk',
  'unlock',
])

const VICTIM_ACCOUNT: Seeded = {
  id: VICTIM.id,
  name: VICTIM.name,
  contactName: VICTIM.contactName,
  email: VICTIM.email,
  planId: VICTIM.plan,
  lineDescription: VICTIM.metric,
  totalMinor: VICTIM.totalMinor,
  number: VICTIM.number,
  token: VICTIM.token,
  inDunning: true,
}

/** In the other organisation: the same ids and addresses, other values. */
const NEIGHBOURS: readonly Seeded[] = ['p1', 'p2'].map((id, at) => ({
  id,
  name: OTHER_TENANT.name,
  contactName: OTHER_TENANT.contactName,
  totalMinor: OTHER_TENANT.totalMinor,
  number: at === 0 ? OTHER_TENANT.number : `${OTHER_TENANT.number}1`,
  token: `${OTHER_TENANT.token}${id}`,
}))

/** The jobs of this attack that write to customers, until there are none; others wait for their day. */
async function doJobs(
  scope: Scope,
  deps: Parameters<typeof writeDunningMail>[1],
  mailer: Parameters<typeof sendMail>[1],
): Promise<void> {
  const done = new Set<string>()
  for (;;) {
    const jobs = await scope.transact(({ db, orgId, now }) =>
      db
        .select()
        .from(outbox)
        .where(
          and(
            eq(outbox.orgId, orgId),
            eq(outbox.createdAt, now),
            inArray(outbox.job, ['SEND_MAIL', 'DRAFT_DUNNING_MAIL']),
          ),
        ),
    )
    const next = jobs.find(({ id }) => !done.has(id))
    if (!next) return
    done.add(next.id)
    const { messageId, caseId, step } = next.payload
    if (next.job === 'SEND_MAIL') await sendMail(scope, mailer, String(messageId))
    else await writeDunningMail(scope, deps, { caseId: String(caseId), step: String(step) })
  }
}

function datesOf(at: Temporal.Instant, account: Seeded) {
  return {
    tomorrow: at.add({ hours: 30 }).toString(),
    inFiftyDays: at
      .add({ hours: 24 * 50 })
      .toString()
      .slice(0, 10),
    ownInvoiceId: `inv_${account.id}_2026-02`,
  }
}

function organization(id: string): typeof organizations.$inferInsert {
  return {
    id,
    name: id === ORG ? 'Acme API GmbH' : 'Neighbour GmbH',
    country: 'DE',
    timeZone: 'Europe/Berlin',
    currency: 'EUR',
    mode: 'sandbox',
    settings: {},
    createdAt: START,
  }
}

function countingBytes(): (size: number) => Uint8Array {
  let sequence = 0
  return (size) => {
    sequence += 1
    const made = new Uint8Array(size)
    new DataView(made.buffer).setUint32(0, sequence)
    return made
  }
}
