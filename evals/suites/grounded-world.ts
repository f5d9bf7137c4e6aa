import { and, eq } from 'drizzle-orm'
import { connect } from '#db/connect.ts'
import { scopeAt, type Scope } from '#db/context.ts'
import { migrate } from '#db/migrate.ts'
import { messages } from '#db/schema/inbox.ts'
import { organizations } from '#db/schema/tenancy.ts'
import { openCheckpoints } from '#graph/checkpoints.ts'
import { runTrigger } from '#graph/run.ts'
import { seedAccount, seedAnomaly, seedDunning, seedMail } from '#graph/testing/seed.ts'
import { threadLocks } from '#graph/thread-locks.ts'
import type { Model } from '#src/gateways/model/model.ts'
import { idSource } from '#src/kernel/ids.ts'
import { Temporal } from '#src/kernel/time.ts'
import type { GroundedCase } from './grounded-cases.ts'

const ORG = 'org_eval'
const NOW = Temporal.Instant.from('2026-03-02T09:00:00Z')
const PUBLIC_URL = 'https://billing.acme.example'

/** What one run of a case led to, read from the outbox and the run's own end. */
export interface Sent {
  readonly route: string
  readonly mails: readonly { readonly to: string; readonly text: string }[]
  readonly contact: string
  readonly facts: Readonly<Record<string, string>>
  /** Kinds of proposals that were carried out. */
  readonly done: readonly string[]
  readonly escalationReason: string | null
}

export interface GroundedWorld {
  /** Runs a case through the whole graph on an account of its own. */
  run(given: GroundedCase, model: Model | null): Promise<Sent>
  close(): Promise<void>
}

/** An embedded database in memory with one organisation. Ids and time are fixed: the same run twice is the same. */
export async function openGroundedWorld(): Promise<GroundedWorld> {
  const database = await connect({})
  await migrate(database)
  await database.db.insert(organizations).values({
    id: ORG,
    name: 'Acme API GmbH',
    country: 'DE',
    timeZone: 'Europe/Berlin',
    currency: 'EUR',
    mode: 'sandbox',
    settings: {},
    createdAt: NOW,
  })
  let sequence = 0
  const bytes = (size: number): Uint8Array => {
    sequence += 1
    const made = new Uint8Array(size)
    new DataView(made.buffer).setUint32(0, sequence)
    return made
  }
  const newId = idSource(() => NOW.epochMilliseconds, bytes)
  const system = { db: database.db, clock: { now: () => NOW }, newId }
  const scope = scopeAt(system, ORG, { kind: 'system', id: 'evals' }, NOW)
  const deps = {
    checkpointer: await openCheckpoints(database),
    locks: threadLocks(database),
    publicUrl: PUBLIC_URL,
  }
  let accounts = 1_000
  return {
    run: async (given, model) => {
      accounts += 1
      const id = `${accounts}`
      const trigger = await seeded(scope, id, given)
      const { state } = await runTrigger(scope, { ...deps, model }, trigger)
      const verdicts = state?.verdicts ?? []
      const proposals = (state?.proposals ?? []).filter(
        (_, at) => verdicts[at]?.verdict === 'execute',
      )
      return {
        route: state?.decision?.nextAgent ?? 'none',
        mails: await mailsOut(scope, id),
        contact: contactOf(id),
        facts: { ...state?.facts },
        done: proposals.map(({ proposal }) => proposal.kind),
        escalationReason: state?.escalationReason ?? null,
      }
    },
    close: () => database.close(),
  }
}

async function seeded(scope: Scope, id: string, { inputs }: GroundedCase) {
  await seedAccount(scope, id, inputs.locale)
  if (inputs.inDunning) await seedDunning(scope, id)
  if (inputs.isAnomaly) return { type: 'usage_anomaly' as const, ref: await seedAnomaly(scope, id) }
  const mail = {
    customerId: id,
    from: contactOf(id),
    subject: inputs.subject,
    text: (inputs.text ?? '').replaceAll('ACCOUNT', id),
    trust: inputs.sender,
  }
  return { type: 'customer_query' as const, ref: await seedMail(scope, mail) }
}

function contactOf(id: string): string {
  return `ada@c${id}.example`
}

function mailsOut(scope: Scope, customerId: string) {
  return scope.transact(({ db, orgId }) =>
    db
      .select({ to: messages.to, text: messages.text })
      .from(messages)
      .where(
        and(
          eq(messages.orgId, orgId),
          eq(messages.customerId, customerId),
          eq(messages.direction, 'out'),
        ),
      ),
  )
}
