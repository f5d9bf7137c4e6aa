import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { openScope, rowsOf, type Scope } from '#db/context.ts'
import { listen } from '#src/api.ts'
import { openHouse, type House } from '#src/compose.ts'
import type { Config } from '#src/config.ts'
import { createLogger } from '#src/http/request-log.ts'
import { printJson, printLine } from '#src/commands/output.ts'
import { ORG_ID, PERIOD, demoAccounts } from './acme.ts'
import { apiClient, type ApiClient } from './api-client.ts'
import { demoClock } from './clock.ts'
import { liveThroughFebruary, type UsageTally } from './february.ts'
import { liveThroughMarch } from './march.ts'
import { progressOn, type Progress } from './progress.ts'
import { report } from './report.ts'
import { demoKey, foundAcme, openAccounts, publishPricing } from './set-up.ts'
import { summarize } from './summary.ts'
import type { Sent } from './usage.ts'

/** The demo's own server: on this machine only, on a free port. */
const LOCAL = '127.0.0.1'

/**
 * Lives through February 2026 at Acme API and the first half of March, over HTTP, on a test clock. Killed anywhere it
 * goes on where it was; a second run changes nothing.
 * @throws when an invariant does not hold at the end.
 */
export async function demo(config: Config, options: { json?: boolean }): Promise<void> {
  const started = performance.now()
  const log = createLogger(config.logLevel === 'info' ? 'error' : config.logLevel)
  const house = await openHouse(config, log)
  const work = house.startWork()
  const server = await listen(house, 0, LOCAL)
  const progress = progressOn(process.stderr, () => performance.now())
  try {
    process.stderr.write(`${describe(house.parts)}\n`)
    await foundAcme(house.system)
    const scope = await openScope(house.system, ORG_ID, { kind: 'system', id: 'demo' })
    const before = await fingerprint(scope)
    const api = apiClient(server.url, await demoKey(house.system, config.home))
    const sent = await live(api, progress)
    const seconds = (performance.now() - started) / 1000
    const after = await openScope(house.system, ORG_ID, { kind: 'system', id: 'demo' })
    const summary = await summarize(after, sent, Math.round(seconds * 10) / 10)
    const changed = before !== (await fingerprint(after))
    if (options.json) printJson(summary)
    else
      printLine(
        report(summary, {
          mailbox: config.smtpUrl ? 'sent by SMTP' : join(config.home, 'mailbox'),
          invoiceUrl: await invoiceUrl(after, config),
          serveUrl: config.publicUrl,
          changed,
        }),
      )
    if (!changed) process.stderr.write('Everything was there already: nothing was changed.\n')
    const broken = Object.entries(summary.selfcheck).filter(([, ok]) => !ok)
    if (broken.length > 0)
      throw new Error(`selfcheck: ${broken.map(([name]) => name).join(', ')} do not hold`)
  } finally {
    await server.close()
    await work.stop()
    await house.close()
  }
}

function describe(parts: House['parts']): string {
  return Object.entries(parts)
    .map(([name, value]) => `${name}: ${value}`)
    .join(' · ')
}

async function live(api: ApiClient, progress: Progress): Promise<Sent> {
  const accounts = demoAccounts()
  const clock = demoClock(api)
  const setUp = progress.step('200 customers, their cards and subscriptions')
  await publishPricing(api)
  await openAccounts(api, accounts, (done) => setUp.at(done, accounts.length))
  setUp.done()
  const usage = progress.step('February: usage over HTTP')
  const { tally, seed } = await liveThroughFebruary(api, clock, accounts, usage)
  usage.done(`${tally.sent.toLocaleString('en')} events`)
  compareWithSeed(tally, seed)
  const billing = progress.step(`Billing ${PERIOD}`)
  const run = await api.post<{ generated: number; skipped: unknown[] }>('/api/billing-runs', {
    period: PERIOD,
  })
  await clock.settle()
  billing.done(`${run.generated} invoices, ${run.skipped.length} skipped`)
  const march = progress.step('March: cards, mails, the queue, the bank')
  await liveThroughMarch(api, clock, march)
  march.done()
  return seed
}

/** A run that sent the whole month was answered what the seed says. */
function compareWithSeed(tally: UsageTally, seed: Sent): void {
  if (tally.sent !== seed.events || tally.accepted === 0) return
  if (tally.accepted !== seed.unique || tally.duplicate !== seed.duplicates)
    throw new Error(
      `the API answered ${tally.accepted} accepted and ${tally.duplicate} duplicates, the seed has ${seed.unique} and ${seed.duplicates}`,
    )
}

/** Changes when anything did: how many rows there are of what the month makes. */
async function fingerprint(scope: Scope): Promise<string> {
  const [row] = await scope.transact((ctx) =>
    rowsOf<{ print: string }>(
      ctx.db,
      sql`select concat_ws('/', (select count(*) from customers), (select count(*) from usage_events),
            (select count(*) from invoices), (select count(*) from payments), (select count(*) from ledger_entries),
            (select count(*) from messages), (select count(*) from agent_runs), (select count(*) from escalations),
            (select string_agg(id || state, ',' order by id) from dunning_cases),
            (select string_agg(id || status, ',' order by id) from escalations),
            (select count(*) from bank_transactions), (select count(*) from audit_log)) as print`,
    ),
  )
  return row?.print ?? ''
}

async function invoiceUrl(scope: Scope, config: Config): Promise<string> {
  const [row] = await scope.transact((ctx) =>
    rowsOf<{ token: string }>(
      ctx.db,
      sql`select public_token as token from invoices where customer_id = '1047' and period = ${PERIOD}`,
    ),
  )
  return `${config.publicUrl}/i/${row?.token ?? ''}`
}
