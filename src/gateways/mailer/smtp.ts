import { Readable } from 'node:stream'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { composeMail } from './compose-mail.ts'
import type { Mailer, OutgoingMail, SendOutcome } from './mailer.ts'

const CONNECT_MILLISECONDS = 10_000
const SILENCE_MILLISECONDS = 30_000
const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]'])

type Options = ConstructorParameters<typeof SMTPConnection>[0]
type Credentials = Parameters<SMTPConnection['login']>[0]

/**
 * Sends through the server of `smtp://user:password@host:port` (`smtps://` for TLS at once; STARTTLS is used where
 * offered, and insisted on before a password goes to another machine). A connection a mail, so that it is always
 * known how far a mail has come.
 */
export function smtpMailer(url: string): Mailer {
  const parsed = new URL(url)
  const hasPassword = parsed.username !== ''
  const options: Options = {
    host: parsed.hostname,
    port: Number(parsed.port || (parsed.protocol === 'smtps:' ? 465 : 587)),
    secure: parsed.protocol === 'smtps:',
    requireTLS: hasPassword && !LOCAL_HOSTS.has(parsed.hostname),
    connectionTimeout: CONNECT_MILLISECONDS,
    greetingTimeout: CONNECT_MILLISECONDS,
    socketTimeout: SILENCE_MILLISECONDS,
  }
  const credentials = hasPassword
    ? { user: decodeURIComponent(parsed.username), pass: decodeURIComponent(parsed.password) }
    : null
  return {
    name: 'smtp',
    repeatable: false,
    send: async (mail) => deliver(options, credentials, mail, await composeMail(mail)),
  }
}

function deliver(
  options: Options,
  credentials: Credentials | null,
  mail: OutgoingMail,
  bytes: Buffer,
): Promise<SendOutcome> {
  return new Promise((resolve) => {
    const connection = new SMTPConnection(options)
    let handedOver = false
    const body = new Readable({
      // Read for the first time when the server has said that it wants the mail (354).
      read() {
        handedOver = true
        this.push(bytes)
        this.push(null)
      },
    })
    const fail = (error: unknown) => {
      connection.close()
      resolve(outcomeOf(error, handedOver))
    }
    // Stays when all is settled: a socket may still fail while it closes.
    connection.on('error', fail)
    const send = () =>
      connection.send(
        { from: mail.from.address, to: [mail.to.address], size: bytes.length },
        body,
        (error, info) => {
          if (error) return fail(error)
          connection.quit()
          resolve({ kind: 'accepted', answer: short(info?.response ?? '') })
        },
      )
    connection.connect((error) => {
      if (error) return fail(error)
      if (credentials === null) return send()
      connection.login(credentials, (refusal) => (refusal ? fail(refusal) : send()))
    })
  })
}

/** 5yz: the server will say the same again (RFC 5321 §4.2.1), unless it speaks of our own login. */
function outcomeOf(error: unknown, handedOver: boolean): SendOutcome {
  const answer = short(error instanceof Error ? error.message : String(error))
  const code = Number(detailOf(error, 'responseCode'))
  const aboutUs = detailOf(error, 'code') === 'EAUTH' || code === 530 || code === 535
  if (code >= 500 && !aboutUs) return { kind: 'refused', answer }
  if (code >= 400 || !handedOver) return { kind: 'later', answer }
  return { kind: 'unknown', answer }
}

function detailOf(error: unknown, name: string): unknown {
  return error instanceof Error ? (error as unknown as Record<string, unknown>)[name] : undefined
}

function short(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 300)
}
