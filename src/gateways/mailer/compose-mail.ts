import { createTransport } from 'nodemailer'
import { AppError } from '#src/kernel/errors.ts'
import type { OutgoingMail } from './mailer.ts'

const composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' })

/**
 * The mail as RFC 5322 bytes: plain text with its HTML alternative, threading headers. Nothing is read from files or
 * addresses that a text might name; names and subjects are encoded, so that none of them can begin a header.
 */
export async function composeMail(mail: OutgoingMail): Promise<Buffer> {
  const { message } = await composer.sendMail({
    messageId: mail.messageId,
    from: { ...mail.from },
    to: { ...mail.to },
    subject: mail.subject,
    text: mail.text,
    ...(mail.html === null ? {} : { html: mail.html }),
    ...(mail.inReplyTo === null ? {} : { inReplyTo: mail.inReplyTo }),
    ...(mail.references.length === 0 ? {} : { references: [...mail.references] }),
    headers: { ...mail.headers },
    attachments: mail.attachments.map((attachment) => ({
      filename: attachment.fileName,
      contentType: attachment.contentType,
      content:
        typeof attachment.content === 'string'
          ? attachment.content
          : Buffer.from(attachment.content),
    })),
    date: new Date(mail.dateIso),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  if (!Buffer.isBuffer(message)) throw new AppError('internal', 'the mail was not composed')
  return message
}
