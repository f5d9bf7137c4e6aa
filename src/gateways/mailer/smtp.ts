import { createTransport } from 'nodemailer'
import { AppError } from '#src/kernel/errors.ts'
import { composeMail } from './compose-mail.ts'
import type { Mailer } from './mailer.ts'

const CONNECT_MILLISECONDS = 10_000
const SILENCE_MILLISECONDS = 30_000

function isPermanent(error: unknown): boolean {
  const code =
    error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : Number.NaN
  // 5yz: the server will say the same again (RFC 5321 §4.2.1). 530 and 535 are about our own login.
  return code >= 500 && code < 600 && code !== 530 && code !== 535
}

/**
 * Sends through the server of `smtp://user:password@host:port` (`smtps://` for TLS at once; STARTTLS is used where
 * offered). `send` throws `refused` when the server refuses this mail for good, anything else may be tried again.
 */
export function smtpMailer(url: string): Mailer & { close(): void } {
  const parsed = new URL(url)
  const transport = createTransport({
    pool: true,
    host: parsed.hostname,
    port: Number(parsed.port || (parsed.protocol === 'smtps:' ? 465 : 587)),
    secure: parsed.protocol === 'smtps:',
    ...(parsed.username === ''
      ? {}
      : {
          auth: {
            user: decodeURIComponent(parsed.username),
            pass: decodeURIComponent(parsed.password),
          },
        }),
    connectionTimeout: CONNECT_MILLISECONDS,
    greetingTimeout: CONNECT_MILLISECONDS,
    socketTimeout: SILENCE_MILLISECONDS,
  })
  return {
    name: 'smtp',
    send: async (mail) => {
      try {
        await transport.sendMail(composeMail(mail))
      } catch (error) {
        if (isPermanent(error))
          throw new AppError('refused', 'the mail server refused this mail', { cause: error })
        throw error
      }
    },
    close: () => transport.close(),
  }
}
