import { z } from 'zod'
import { AppError } from './kernel/errors.ts'

const optional = z
  .string()
  .trim()
  .transform((text) => (text === '' ? undefined : text))
  .optional()

/** A driver given anything else asks some other server, or none, and says so in words nobody understands. */
function address(...schemes: string[]) {
  const begins = schemes.map((scheme) => `${scheme}://`)
  return optional.refine(
    (text) => text === undefined || begins.some((begin) => text.startsWith(begin)),
    `must begin with ${begins.join(' or ')}`,
  )
}

const DEFAULT_MODEL = 'gpt-4o-mini'

const Environment = z.object({
  DATABASE_URL: address('postgres', 'postgresql'),
  REDIS_URL: address('redis', 'rediss'),
  NATS_URL: address('nats', 'tls'),
  STRIPE_SECRET_KEY: optional,
  STRIPE_WEBHOOK_SECRET: optional,
  STRIPE_API_BASE: optional,
  OPENAI_API_KEY: optional,
  OPENAI_BASE_URL: address('http', 'https'),
  OPENAI_MODEL: optional,
  OPENAI_SHADOW_MODEL: optional,
  OPENAI_SHADOW_PROMPTS: optional,
  OTEL_EXPORTER_OTLP_ENDPOINT: address('http', 'https'),
  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  SMTP_URL: address('smtp', 'smtps'),
  VIES_URL: address('http', 'https'),
  INBOUND_SMTP_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  PUBLIC_URL: z.url().optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  METRICS_TOKEN: optional,
  TOLLKEEPER_HOME: optional,
})

/** Everything the process learns from outside, parsed once. An absent url means the embedded or local part. */
export interface Config {
  readonly databaseUrl: string | undefined
  readonly redisUrl: string | undefined
  /** Usage through JetStream beside HTTP. */
  readonly natsUrl: string | undefined
  readonly stripe:
    | {
        readonly secretKey: string
        readonly webhookSecret: string
        readonly apiBase: string | undefined
      }
    | undefined
  /** Signs the sandbox provider's events as Stripe would. */
  readonly sandboxWebhookSecret: string
  readonly openai:
    | { readonly apiKey: string; readonly baseUrl: string | undefined; readonly model: string }
    | undefined
  /** Decides beside the live model and never acts (docs/models.md): another model, other prompts, or both. */
  readonly shadow: { readonly model: string; readonly promptFolder: string | undefined } | undefined
  /** Where spans go, and whether they tell what was asked and answered; absent: nowhere. */
  readonly telemetry: { readonly endpoint: string; readonly withContent: boolean } | undefined
  readonly smtpUrl: string | undefined
  /** The European Commission's register of VAT IDs; absent: format and checksum alone. */
  readonly viesUrl: string | undefined
  readonly inboundSmtpPort: number | undefined
  readonly publicUrl: string
  readonly port: number
  readonly logLevel: string
  /** Who asks for /metrics must show it. */
  readonly metricsToken: string | undefined
  /** Folder of the embedded database and the local mailbox. */
  readonly home: string
}

/**
 * Reads the environment; this file alone does.
 * @throws invalid_input naming the variable.
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const present = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = Environment.safeParse(present)
  if (!parsed.success)
    throw new AppError('invalid_input', 'the environment is not usable', {
      fields: parsed.error.issues.map((issue) => ({
        path: issue.path.join('.'),
        message: issue.message,
      })),
    })
  const env = parsed.data
  if (env.STRIPE_SECRET_KEY !== undefined && env.STRIPE_WEBHOOK_SECRET === undefined)
    throw new AppError('invalid_input', 'STRIPE_WEBHOOK_SECRET: needed with STRIPE_SECRET_KEY', {
      fields: [{ path: 'STRIPE_WEBHOOK_SECRET', message: 'needed with STRIPE_SECRET_KEY' }],
    })
  return {
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    natsUrl: env.NATS_URL,
    stripe:
      env.STRIPE_SECRET_KEY === undefined
        ? undefined
        : {
            secretKey: env.STRIPE_SECRET_KEY,
            webhookSecret: env.STRIPE_WEBHOOK_SECRET ?? '',
            apiBase: env.STRIPE_API_BASE,
          },
    sandboxWebhookSecret: env.STRIPE_WEBHOOK_SECRET ?? 'whsec_sandbox_local_only',
    openai:
      env.OPENAI_API_KEY === undefined
        ? undefined
        : {
            apiKey: env.OPENAI_API_KEY,
            baseUrl: env.OPENAI_BASE_URL,
            model: env.OPENAI_MODEL ?? DEFAULT_MODEL,
          },
    shadow:
      env.OPENAI_API_KEY === undefined ||
      (env.OPENAI_SHADOW_MODEL === undefined && env.OPENAI_SHADOW_PROMPTS === undefined)
        ? undefined
        : {
            model: env.OPENAI_SHADOW_MODEL ?? env.OPENAI_MODEL ?? DEFAULT_MODEL,
            promptFolder: env.OPENAI_SHADOW_PROMPTS,
          },
    telemetry:
      env.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
        ? undefined
        : {
            endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
            withContent: env.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT,
          },
    smtpUrl: env.SMTP_URL,
    viesUrl: env.VIES_URL,
    inboundSmtpPort: env.INBOUND_SMTP_PORT,
    publicUrl: env.PUBLIC_URL ?? `http://localhost:${env.PORT}`,
    port: env.PORT,
    logLevel: env.LOG_LEVEL,
    metricsToken: env.METRICS_TOKEN,
    home: env.TOLLKEEPER_HOME ?? '.tollkeeper',
  }
}
