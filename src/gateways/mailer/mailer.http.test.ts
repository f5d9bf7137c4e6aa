import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { afterEach, describe, expect, it } from 'vitest'
import { mailboxMailer } from './mailbox.ts'
import type { OutgoingMail } from './mailer.ts'
import { smtpMailer } from './smtp.ts'

const MAIL: OutgoingMail = {
  messageId: '<abc@acme.example>',
  from: '"Acme API GmbH" <billing@acme.example>',
  to: 'ada@customer.example',
  subject: 'Rechnung für Februar — 312,91 €',
  text: 'Grüße,\n\nAcme',
  html: '<p>Grüße</p>',
  inReplyTo: '<q1@customer.example>',
  references: ['<q0@customer.example>', '<q1@customer.example>'],
  headers: { 'Auto-Submitted': 'auto-replied' },
  attachments: [{ fileName: 'INV-1.html', contentType: 'text/html', content: '<b>312.91</b>' }],
  dateIso: '2026-03-02T10:00:00Z',
}

const cleanups: (() => Promise<unknown> | void)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'mailbox-'))
  cleanups.push(() => rmSync(path, { recursive: true }))
  return path
}

async function expectSameMail(raw: string | Buffer): Promise<void> {
  const read = await PostalMime.parse(raw)
  expect(read).toMatchObject({
    messageId: MAIL.messageId,
    subject: MAIL.subject,
    inReplyTo: MAIL.inReplyTo,
    references: MAIL.references.join(' '),
    from: { name: 'Acme API GmbH', address: 'billing@acme.example' },
  })
  expect(read.text?.trim()).toBe(MAIL.text)
  expect(read.html?.trim()).toBe(MAIL.html)
  expect(read.headers).toContainEqual(
    expect.objectContaining({ key: 'auto-submitted', value: 'auto-replied' }),
  )
  expect(read.attachments).toMatchObject([{ filename: 'INV-1.html', mimeType: 'text/html' }])
}

describe('the local mailbox', () => {
  it('keeps a mail as a readable .eml file, once for each Message-ID', async () => {
    const path = folder()
    const mailer = mailboxMailer(path)
    await mailer.send(MAIL)
    await mailer.send({ ...MAIL, subject: 'sent again after a crash' })
    const files = readdirSync(path)
    expect(files).toHaveLength(1)
    expect(files[0]).toMatch(/^2026-03-02_ada@customer\.example_[0-9a-f]{16}\.eml$/)
    await expectSameMail(readFileSync(join(path, files[0] ?? '')))
    await mailer.send({ ...MAIL, messageId: '<other@acme.example>' })
    expect(readdirSync(path)).toHaveLength(2)
  })

  it('stays inside its folder whatever the receiver is called', async () => {
    const path = folder()
    await mailboxMailer(path).send({ ...MAIL, to: '../../x@evil.example' })
    expect(readdirSync(path)[0]).toMatch(/^2026-03-02_\.\._\.\._x@evil/)
  })
})

/** A real SMTP server that answers RCPT with `code` (250 accepts) and collects what it is given. */
async function smtpServer(code = 250) {
  const received: Buffer[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: (_address, _session, answer) =>
      answer(code === 250 ? null : Object.assign(new Error('no'), { responseCode: code })),
    onData: (stream, _session, answer) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        received.push(Buffer.concat(chunks))
        answer()
      })
    },
  })
  server.on('error', () => {})
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.server.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })
  cleanups.push(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const mailer = smtpMailer(`smtp://127.0.0.1:${port}`)
  cleanups.unshift(() => mailer.close())
  return { received, mailer }
}

describe('SMTP', () => {
  it('delivers the mail as it is', async () => {
    const { received, mailer } = await smtpServer()
    await mailer.send(MAIL)
    expect(received).toHaveLength(1)
    await expectSameMail(received[0] ?? '')
  })

  it('tells a refusal for good (5yz) from one that may be tried again (4yz)', async () => {
    const refusing = await smtpServer(550)
    await expect(refusing.mailer.send(MAIL)).rejects.toMatchObject({ code: 'refused' })
    const busy = await smtpServer(451)
    await expect(busy.mailer.send(MAIL)).rejects.not.toMatchObject({ code: 'refused' })
  })
})
