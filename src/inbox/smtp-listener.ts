import type { Logger } from 'pino'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'
import { openScope, type System } from '#db/context.ts'
import { AppError } from '#src/kernel/errors.ts'
import { organizationOfAddress } from './address.ts'
import type { Authenticate } from './find-authentication.ts'
import { receiveMail } from './receive-mail.ts'

const MAX_BYTES = 10 * 1024 * 1024
/** Each may hold a mail of 10 MB in memory. */
const MOST_CONNECTIONS = 20
const MOST_RECIPIENTS = 10
const SILENCE_MILLISECONDS = 60_000
const CLOSE_MILLISECONDS = 2_000
const ACTOR = { kind: 'system', id: 'smtp' } as const

export interface SmtpListenerDeps {
  readonly system: System
  readonly log: Logger
  /** 0 takes a free one. */
  readonly port: number
  /** Default 127.0.0.1: the listener is for local use or behind a mail server. */
  readonly host?: string
  /** Checks senders by DNS. */
  readonly authenticate: Authenticate
}

export interface SmtpListener {
  readonly port: number
  close(): Promise<void>
}

/** What the sending server is told: 5yz is final, 4yz comes again. */
class SmtpAnswer extends Error {
  readonly responseCode: number
  constructor(responseCode: number, message: string) {
    super(message)
    this.responseCode = responseCode
  }
}

/** Takes in mail for the organisations' support addresses. A mail is accepted once it is stored, never before. */
export async function startSmtpListener(deps: SmtpListenerDeps): Promise<SmtpListener> {
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: MAX_BYTES,
    rejectOversized: true,
    maxClients: MOST_CONNECTIONS,
    maxRecipients: MOST_RECIPIENTS,
    socketTimeout: SILENCE_MILLISECONDS,
    closeTimeout: CLOSE_MILLISECONDS,
    // Names of whoever connects are asked of DNS by the sender check alone.
    disableReverseLookup: true,
    logger: false,
    onRcptTo: (address, session, answer) => {
      checkRecipient(deps.system, address.address, session).then(
        () => answer(),
        (error: unknown) => answer(toAnswer(deps.log, error)),
      )
    },
    onData: (stream, session, answer) => {
      takeIn(deps, stream, session).then(
        () => answer(null, 'OK: stored'),
        (error: unknown) => answer(toAnswer(deps.log, error)),
      )
    },
  })
  server.on('error', (error) => deps.log.warn({ err: error }, 'an SMTP connection failed'))
  const port = await new Promise<number>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(deps.port, deps.host ?? '127.0.0.1', () => {
      const address = server.server.address()
      resolve(typeof address === 'object' && address ? address.port : deps.port)
    })
  })
  return { port, close: () => new Promise((resolve) => server.close(() => resolve())) }
}

/** One organisation a mail: a second one would answer with the first one's knowledge. */
async function checkRecipient(
  system: System,
  address: string,
  session: SMTPServerSession,
): Promise<void> {
  const orgId = await organizationOfAddress(system, address)
  if (orgId === null) throw new SmtpAnswer(550, 'no such mailbox here')
  for (const { address: earlier } of session.envelope.rcptTo)
    if ((await organizationOfAddress(system, earlier)) !== orgId)
      throw new SmtpAnswer(452, 'one receiving organisation a mail, please')
}

async function takeIn(
  deps: SmtpListenerDeps,
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
): Promise<void> {
  const chunks: Buffer[] = []
  // Read to the end even when it is too large: the protocol wants the whole before an answer.
  for await (const chunk of stream as AsyncIterable<Buffer>)
    if (!stream.sizeExceeded) chunks.push(chunk)
  if (stream.sizeExceeded) throw new SmtpAnswer(552, 'the mail is larger than 10 MB')
  const [to] = session.envelope.rcptTo
  const orgId = to ? await organizationOfAddress(deps.system, to.address) : null
  if (!to || orgId === null) throw new SmtpAnswer(550, 'no such mailbox here')
  const raw = Buffer.concat(chunks)
  const sender = session.envelope.mailFrom ? session.envelope.mailFrom.address : ''
  const received = await receiveMail(
    await openScope(deps.system, orgId, ACTOR),
    {
      raw,
      envelope: { from: sender, to: to.address },
      connection: { ip: session.remoteAddress, helo: session.hostNameAppearsAs || '', sender },
    },
    deps.authenticate,
  )
  deps.log.info({ ...received, orgId }, 'mail received')
}

function toAnswer(log: Logger, error: unknown): Error {
  if (error instanceof SmtpAnswer) return error
  if (error instanceof AppError && error.code === 'payload_too_large')
    return new SmtpAnswer(552, error.message)
  log.error({ err: error }, 'a mail could not be stored')
  return new SmtpAnswer(451, 'could not be stored, please try again')
}
