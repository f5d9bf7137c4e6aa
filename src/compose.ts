import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Hono } from 'hono'
import type { Logger } from 'pino'
import { connect, type Database } from '#db/connect.ts'
import type { Scope, System } from '#db/context.ts'
import { migrate } from '#db/migrate.ts'
import { releaseClaims } from '#db/outbox.ts'
import { openCheckpoints } from '#graph/checkpoints.ts'
import { forgetOldThreads } from '#graph/forget-threads.ts'
import { graphJobs } from '#graph/jobs.ts'
import { threadLocks } from '#graph/thread-locks.ts'
import { tracedModel } from '#graph/traced-model.ts'
import { agreementRoutes } from './approvals/agreement/routes.ts'
import { autonomyRoutes } from './approvals/autonomy-routes.ts'
import { lowerUnearnedEverywhere } from './approvals/lower-unearned.ts'
import { forgetRawOutput } from './approvals/calls/forget-raw-output.ts'
import { modelCallRoutes } from './approvals/calls/routes.ts'
import { answerRoutes } from './approvals/answer-routes.ts'
import { inboxServer } from './approvals/inbox-server.ts'
import { approvalJobs } from './approvals/jobs.ts'
import { queueRoutes } from './approvals/queue-routes.ts'
import { runRoutes } from './approvals/run-routes.ts'
import { queueSettingsRoutes } from './approvals/settings-routes.ts'
import { collectionJobs } from './collections/jobs.ts'
import { collectionRoutes } from './collections/routes.ts'
import type { Config } from './config.ts'
import { creditJobs } from './credits/jobs.ts'
import { purchaseRoutes } from './credits/purchase-routes.ts'
import { creditRoutes } from './credits/routes.ts'
import { customerJobs } from './customers/jobs.ts'
import { customerRoutes } from './customers/routes.ts'
import type { DocumentRenderer } from './gateways/documents/renderer.ts'
import { typstRenderer } from './gateways/documents/typst-renderer.ts'
import { authenticateMail } from './gateways/mailer/authenticate-mail.ts'
import { mailboxMailer } from './gateways/mailer/mailbox.ts'
import { paced } from './gateways/mailer/pace.ts'
import { smtpMailer } from './gateways/mailer/smtp.ts'
import type { Model } from './gateways/model/model.ts'
import { openAiModel } from './gateways/model/openai.ts'
import type { ProviderFor, WebhookVerifier } from './gateways/payments/provider.ts'
import { natsStream } from './gateways/stream/nats.ts'
import { sandboxJobs } from './gateways/payments/sandbox-jobs.ts'
import { sandboxProvider, sandboxWebhooks } from './gateways/payments/sandbox.ts'
import { stripeProvider } from './gateways/payments/stripe.ts'
import { bullmqRunner } from './gateways/queue/bullmq.ts'
import { inProcessRunner } from './gateways/queue/in-process.ts'
import type { Job } from './gateways/queue/job.ts'
import { localRegister } from './gateways/tax/register.ts'
import { stripeTax } from './gateways/tax/stripe-tax.ts'
import { viesRegister } from './gateways/tax/vies.ts'
import { webhookPoster } from './gateways/webhooks/post-webhook.ts'
import { createHttpApp } from './http/create-http-app.ts'
import type { AppEnv } from './http/env.ts'
import { healthRoutes } from './http/health.ts'
import { forgetKilledRequests, forgetOldAnswers } from './http/idempotency.ts'
import { inboxJobs } from './inbox/jobs.ts'
import { forgetRawMails } from './inbox/raw-mail.ts'
import { inboxRoutes } from './inbox/routes.ts'
import { mailSettingsRoutes } from './inbox/settings-routes.ts'
import { invoicingJobs } from './invoicing/jobs.ts'
import { loadInvoice } from './invoicing/load-invoice.ts'
import { renderInvoicePdf } from './invoicing/pdf/render-pdf.ts'
import { pdfRoutes } from './invoicing/pdf/routes.ts'
import { invoicingRoutes } from './invoicing/routes.ts'
import { idSource, pooledBytes } from './kernel/ids.ts'
import { Temporal } from './kernel/time.ts'
import { ledgerRoutes } from './ledger/routes.ts'
import { sumLedger } from './ledger/sum-ledger.ts'
import { sealAudit } from './tenancy/seal-audit.ts'
import { catchUp } from './metering/catch-up.ts'
import { meteringJobs } from './metering/jobs.ts'
import { forgetOldKeys } from './metering/forget-keys.ts'
import { createMetrics } from './metering/pipeline/metrics.ts'
import { consumeUsage } from './metering/consume-usage.ts'
import { recountBuckets } from './metering/pipeline/recount.ts'
import { makePartitionsAhead } from './metering/partitions.ts'
import { deadLetterRoutes } from './metering/dead-letter-routes.ts'
import { meteringRoutes } from './metering/routes.ts'
import { notificationJobs } from './notifications/jobs.ts'
import { notificationRoutes } from './notifications/routes.ts'
import { bankRoutes } from './payments/bank-routes.ts'
import { receivedRoutes } from './payments/received-routes.ts'
import { refundRoutes } from './payments/refund-routes.ts'
import { paymentJobs } from './payments/jobs.ts'
import { paymentRoutes } from './payments/routes.ts'
import { sandboxPages } from './payments/sandbox-pages.ts'
import { sandboxRoutes } from './payments/sandbox-routes.ts'
import { publicPaymentRoutes } from './payments/public-routes.ts'
import { subscriptionJobs } from './subscriptions/jobs.ts'
import { pricingRoutes } from './subscriptions/pricing-routes.ts'
import { subscriptionRoutes } from './subscriptions/routes.ts'
import { brandingRoutes } from './tenancy/branding-routes.ts'
import { tenancyRoutes } from './tenancy/routes.ts'
import { startRounds, startWork, type WorkLoop } from './worker.ts'

/** To the receivers of one domain, from this process: large providers put off who sends more. */
const MAILS_A_MINUTE = 100

/** Child processes that set documents, at most; they start with the first document. */
const RENDERERS = 2

/** The process's database, clock and ids: all that commands without HTTP need. */
export interface Ground {
  readonly database: Database
  readonly system: System
  close(): Promise<void>
}

/** The folder is this process's alone, so whatever was under way in it was killed: its jobs and requests begin again. */
async function takeOver({ db }: Database): Promise<void> {
  await releaseClaims(db)
  await forgetKilledRequests({ db })
}

/** Opens the database and brings it up to date. */
export async function openGround(config: Config): Promise<Ground> {
  const database = await connect({ url: config.databaseUrl, folder: config.home })
  try {
    await migrate(database)
    if (database.kind === 'embedded') await takeOver(database)
  } catch (error) {
    await database.close()
    throw error
  }
  const system: System = {
    db: database.db,
    clock: { now: () => Temporal.Now.instant() },
    newId: idSource(
      () => Date.now(),
      pooledBytes((size) => randomBytes(size)),
    ),
    ...(config.stripe ? { taxProvider: 'stripe_tax' } : {}),
  }
  return { database, system, close: () => database.close() }
}

/** Everything put together: the HTTP app and the work behind it. */
export interface House extends Ground {
  readonly app: OpenAPIHono<AppEnv>
  /** Which part is real and which is embedded or simulated, a name each. */
  readonly parts: Readonly<Record<string, string>>
  startWork(): WorkLoop
}

interface Payments {
  readonly providerFor: ProviderFor
  readonly verifier: WebhookVerifier
}

function paymentsOf(config: Config, system: System): Payments {
  const { clock } = system
  if (config.stripe) {
    const stripe = stripeProvider({ ...config.stripe, clock, publicUrl: config.publicUrl })
    return { providerFor: () => stripe, verifier: stripe }
  }
  const options = { webhookSecret: config.sandboxWebhookSecret, clock, publicUrl: config.publicUrl }
  return {
    providerFor: (scope) => sandboxProvider(scope, options),
    verifier: sandboxWebhooks(options),
  }
}

function partsOf(config: Config, database: Database): Record<string, string> {
  return {
    database: database.kind === 'postgres' ? 'PostgreSQL' : `embedded (${config.home}/pg)`,
    jobs: config.redisUrl ? 'BullMQ' : 'in process',
    usage: config.natsUrl ? 'HTTP and NATS JetStream' : 'HTTP',
    payments: config.stripe ? 'Stripe' : 'sandbox (simulated)',
    decisions: config.openai ? `model ${config.openai.model}, then rules` : 'offline rules',
    tax: config.stripe ? 'Stripe Tax where a price list names it' : 'own table',
    vatIds: config.viesUrl ? 'VIES' : 'format and checksum (simulated)',
    mail: config.smtpUrl ? 'SMTP' : `local mailbox (${config.home}/mailbox)`,
  }
}

/** Opens the ground and puts every room on it. */
export async function openHouse(config: Config, log: Logger): Promise<House> {
  const ground = await openGround(config)
  const { database, system } = ground
  const payments = paymentsOf(config, system)
  const parts = partsOf(config, database)
  const mailer = config.smtpUrl
    ? paced(smtpMailer(config.smtpUrl), { perMinute: MAILS_A_MINUTE, clock: system.clock })
    : mailboxMailer(join(config.home, 'mailbox'))
  const telemetry = config.telemetry
    ? (await import('./gateways/telemetry/otlp.ts')).startTelemetry(config.telemetry.endpoint)
    : null
  const model = config.openai ? modelOf(config, config.openai) : null
  const shadow =
    config.openai && config.shadow
      ? {
          model: modelOf(config, { ...config.openai, model: config.shadow.model }),
          promptFolder: config.shadow.promptFolder,
        }
      : null
  const register = config.viesUrl === undefined ? localRegister() : viesRegister(config.viesUrl)
  const renderer = typstRenderer({ processes: RENDERERS })
  const routes = routesOf(config, ground, { payments, renderer, parts })
  const app = createHttpApp({ system, log, routes })
  const jobs: Job[] = [
    ...subscriptionJobs(),
    ...meteringJobs(),
    ...creditJobs(),
    ...customerJobs({ register }),
    ...invoicingJobs({
      publicUrl: config.publicUrl,
      register,
      calculator: config.stripe ? stripeTax({ ...config.stripe, clock: system.clock }) : null,
    }),
    ...paymentJobs(payments),
    ...sandboxJobs({
      webhookSecret: config.sandboxWebhookSecret,
      clock: system.clock,
      deliver: async (body, signature) => {
        const headers = { 'content-type': 'application/json', 'stripe-signature': signature }
        const answer = await app.request('/webhooks/stripe', { method: 'POST', body, headers })
        return answer.status
      },
    }),
    ...collectionJobs(),
    ...approvalJobs(),
    ...inboxJobs({
      mailer,
      renderAttachment: (scope, invoiceId) => invoiceFile(scope, invoiceId, renderer, config),
    }),
    ...notificationJobs({ post: webhookPoster(), clock: system.clock }),
    ...graphJobs({
      model,
      shadow,
      checkpointer: await openCheckpoints(database),
      locks: threadLocks(database),
      publicUrl: config.publicUrl,
    }),
  ]
  return {
    ...ground,
    close: async () => {
      await renderer.close()
      await telemetry?.close()
      await ground.close()
    },
    app,
    parts,
    startWork: () => {
      const deps = {
        system,
        jobs,
        random: Math.random,
        onFailure: (job: { job: string; id: string }, error: unknown, final: boolean) =>
          log[final ? 'error' : 'warn'](
            { job: job.job, id: job.id, err: error, final },
            'job failed',
          ),
      }
      const runner = config.redisUrl
        ? bullmqRunner(deps, { redisUrl: config.redisUrl })
        : inProcessRunner(deps)
      const stream = config.natsUrl === undefined ? null : natsStream({ url: config.natsUrl })
      const consuming =
        stream &&
        startRounds(
          () => consumeUsage(system, stream),
          (error) => log.error({ err: error }, 'usage from NATS stumbled'),
        )
      const work = startWork({
        system,
        runner,
        rollUp: () => catchUp(system),
        bookkeeping: async () => {
          await sumLedger(system)
          await sealAudit(system)
        },
        housekeeping: async () => {
          await forgetOldAnswers(system)
          await forgetRawMails(system, system.clock.now())
          await forgetRawOutput(system)
          await lowerUnearnedEverywhere(system)
          await makePartitionsAhead(system)
          await forgetOldKeys(system)
          for (const miscount of await recountBuckets(system))
            log.error(miscount, 'buckets are not what the raw events come to: see selfcheck')
          await forgetOldThreads(database, system.clock.now())
        },
        onError: (error) => log.error({ err: error }, 'the work loop stumbled'),
      })
      return {
        stop: async () => {
          await consuming?.stop()
          await stream?.close()
          await work.stop()
        },
      }
    },
  }
}

function modelOf(config: Config, openai: NonNullable<Config['openai']>): Model {
  const withContent = config.telemetry?.withContent ?? false
  return tracedModel(openAiModel({ ...openai, random: Math.random }), { withContent })
}

/** The document that goes along with an invoice's mail. */
async function invoiceFile(
  scope: Scope,
  invoiceId: string,
  renderer: DocumentRenderer,
  { publicUrl }: Config,
) {
  const invoice = await scope.transact((ctx) => loadInvoice(ctx, invoiceId))
  return {
    fileName: `${invoice.number ?? 'draft'}.pdf`,
    contentType: 'application/pdf',
    content: await renderInvoicePdf(renderer, invoice, { publicUrl }),
  }
}

function routesOf(
  config: Config,
  { system }: Ground,
  rooms: {
    readonly payments: Payments
    readonly renderer: DocumentRenderer
    readonly parts: Record<string, string>
  },
): Hono<AppEnv>[] {
  const { payments, renderer, parts } = rooms
  const metrics = createMetrics({ system, token: config.metricsToken })
  return [
    healthRoutes({ system, parts }),
    metrics.routes,
    inboxServer(system),
    tenancyRoutes(),
    brandingRoutes(),
    customerRoutes(),
    pricingRoutes(),
    subscriptionRoutes(),
    meteringRoutes({ delivered: metrics.delivered }),
    deadLetterRoutes(),
    ledgerRoutes(),
    creditRoutes(),
    purchaseRoutes(),
    invoicingRoutes({ system, publicUrl: config.publicUrl }),
    pdfRoutes({ system, renderer, publicUrl: config.publicUrl }),
    paymentRoutes(payments),
    publicPaymentRoutes({ system, ...payments }),
    bankRoutes(),
    refundRoutes(),
    receivedRoutes(),
    sandboxRoutes(),
    ...(config.stripe ? [] : [sandboxPages({ system, ...payments })]),
    collectionRoutes(),
    inboxRoutes({ system, authenticate: authenticateMail }),
    mailSettingsRoutes(),
    modelCallRoutes(),
    agreementRoutes(),
    autonomyRoutes(),
    queueRoutes(),
    answerRoutes(),
    runRoutes(),
    queueSettingsRoutes(),
    notificationRoutes(),
  ]
}
