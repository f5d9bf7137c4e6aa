import type { SendMailOptions } from 'nodemailer'
import type { OutgoingMail } from './mailer.ts'

/**
 * The mail in nodemailer's words: plain text with its HTML alternative, threading headers. Nothing is read from
 * files or addresses that a text might name.
 */
export function composeMail(mail: OutgoingMail): SendMailOptions {
  return {
    messageId: mail.messageId,
    from: mail.from,
    to: mail.to,
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
  }
}
